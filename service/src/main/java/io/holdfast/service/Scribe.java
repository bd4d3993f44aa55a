package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.Runs;
import io.holdfast.scheduling.Past;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records what does not record itself, and keeps what cannot be recorded now: of each job the last,
 * which counts all the while. For one thread.
 */
final class Scribe {
  private final Runs runs;
  private final Author author;
  private final InstantSource clock;
  private final Map<JobName, Run> unrecorded = new LinkedHashMap<>();

  Scribe(Runs runs, Author author, InstantSource clock) {
    this.runs = runs;
    this.author = author;
    this.clock = clock;
  }

  /** That there was no run, and why. Durable on return. */
  Run note(Job job, Instant moment, Outcome outcome, String said) {
    Instant now = clock.instant();
    Run run =
        new Run(
            job.name(),
            moment,
            now,
            now,
            0,
            0,
            outcome,
            -1,
            command(job),
            author.host(),
            author.program(),
            said,
            Runs.newId());
    runs.add(run);
    return run;
  }

  /** As a command would have recorded itself that could not. */
  Run of(Ended end) {
    boolean timedOut = end.timedOut();
    return new Run(
        end.job().name(),
        end.turn().due(),
        end.began(),
        end.ended(),
        end.turn().attempt(),
        end.turn().passedOver(),
        timedOut ? Outcome.FAILED : outcome(end.status()),
        end.status(),
        command(end.job()),
        author.host(),
        author.program(),
        timedOut ? "ended, for it took longer than its timeout\n" + end.said() : end.said(),
        timedOut ? Runs.newId() : end.id());
  }

  /** A signal's is a failure. */
  private static Outcome outcome(int status) {
    for (ExitStatus known : ExitStatus.values()) {
      if (known.code() == status) {
        return Outcome.of(known);
      }
    }
    return Outcome.FAILED;
  }

  private static String command(Job job) {
    return "holdfast " + String.join(" ", job.words());
  }

  void keep(Run run) {
    unrecorded.put(run.job(), run);
  }

  /** What is kept, those first that were kept first. */
  List<Run> kept() {
    return List.copyOf(unrecorded.values());
  }

  boolean keepsAnyOf(JobName job) {
    return unrecorded.containsKey(job);
  }

  /** Durable on return, and not kept any more. */
  void record(Run run) {
    runs.add(run);
    unrecorded.remove(run.job());
  }

  /** What became of a job by its records, and by what is kept of it. */
  Past with(JobName job, Past past) {
    Run run = unrecorded.get(job);
    return run == null ? past : after(past, run);
  }

  private static Past after(Past past, Run run) {
    if (run.byHand() && run.outcome() != Outcome.DONE) {
      return past;
    }
    if (past.handled().filter(due -> !due.isBefore(run.due())).isPresent()) {
      return past;
    }
    return run.outcome().last()
        ? new Past(past.since(), Optional.of(run.due()), Optional.empty())
        : new Past(
            past.since(),
            past.handled(),
            Optional.of(new Past.Trying(run.due(), run.attempt(), run.ended())));
  }
}
