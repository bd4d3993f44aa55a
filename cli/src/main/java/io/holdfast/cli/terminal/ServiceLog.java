package io.holdfast.cli.terminal;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Run;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import io.holdfast.service.Matter;
import io.holdfast.service.ServiceEvents;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line per event worth a person's time, on stderr: text, or a JSON object each. Never fails: a
 * line that cannot be written is lost, and the work goes on. Thread-safe.
 */
public final class ServiceLog implements ServiceEvents {
  private final Streams streams;
  private final boolean json;
  private final InstantSource clock;

  public ServiceLog(Streams streams, boolean json, InstantSource clock) {
    this.streams = streams;
    this.json = json;
    this.clock = clock;
  }

  @Override
  public void began(Job job, Turn.Now turn, String id) {
    String words = "holdfast " + String.join(" ", job.words());
    line(
        "info",
        "run.began",
        job.name().text(),
        id,
        words
            + (turn.attempt() > 1 ? ", attempt " + turn.attempt() : "")
            + (turn.passedOver() > 0
                ? ", makes up for " + turn.passedOver() + " that did not run"
                : ""));
  }

  @Override
  public void ended(Job job, Run run) {
    line(
        run.outcome().bad() ? "error" : "info",
        "run." + run.outcome().word(),
        job.name().text(),
        run.id(),
        run.status() < 0
            ? run.said().lines().findFirst().orElse("")
            : "status " + run.status() + " after " + Times.span(run.took()));
  }

  @Override
  public void left(Job job, String id, String why) {
    line("info", "run.left", job.name().text(), id, why);
  }

  @Override
  public void said(JobName job, String id, String text) {
    line("info", "run.said", job.text(), id, text);
  }

  @Override
  public void trouble(Matter matter, String what) {
    line("error", "trouble", matter.words(), null, what);
  }

  @Override
  public void over(Matter matter) {
    line("info", "trouble.over", matter.words(), null, "works again");
  }

  /** Usually it is, and nobody wants to read that. */
  @Override
  public void well(Matter matter, Instant since) {}

  @Override
  public void receiving(String cluster) {}

  @Override
  public void note(Matter matter, String what) {
    line("info", "note", matter.words(), null, what);
  }

  private void line(String level, String event, String subject, @Nullable String run, String text) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("time", clock.instant().toString());
      fields.put("level", level);
      fields.put("event", event);
      fields.put("subject", subject);
      if (run != null) {
        fields.put("run", run);
      }
      fields.put("text", text);
      Json.print(streams.err(), fields);
      return;
    }
    String mark = level.equals("error") ? "ERROR " : "";
    streams
        .err()
        .println(
            Page.harmless(
                clock.instant()
                    + " "
                    + mark
                    + subject
                    + (run == null ? "" : " [" + run + "]")
                    + ": "
                    + (event.startsWith("run.") && !event.equals("run.said")
                        ? event.substring(4) + " "
                        : "")
                    + text));
  }
}
