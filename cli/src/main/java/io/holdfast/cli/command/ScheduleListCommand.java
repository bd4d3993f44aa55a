package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.Runs;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "Show what is run when, what comes next, and how the last run went.",
    footerHeading = "%n",
    footer = {"Exit status 1: something is wrong with the last run of one of them."})
final class ScheduleListCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;
  private final Nested nested;

  @Option(
      names = "--next",
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description = "How many of the next moments are shown (default: 3).")
  private int count = 3;

  ScheduleListCommand(Console console, Rooms rooms, Nested nested) {
    this.console = console;
    this.rooms = rooms;
    this.nested = nested;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    List<Job> jobs = Jobs.of(settings);
    if (jobs.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          settings.file() + " declares no schedules",
          "At its left margin write for example:\n"
              + "    schedules:\n"
              + "      nightly: { run: backup, when: daily 02:00 Europe/Paris }");
    }
    ScheduledWords.check(jobs, nested);
    try (OpenRepository opened = rooms.reading(settings.repository(), ReadFrom.ANYWHERE)) {
      Runs runs = new Runs(opened.repository());
      Map<JobName, List<RunEntry>> all = runs.all();
      Set<JobName> paused = new Pauses(opened.repository()).all();
      Instant now = console.clock().instant();
      List<Row> rows =
          jobs.stream()
              .map(job ->
                  row(
                      job,
                      all.getOrDefault(job.name(), List.of()),
                      Pauses.isPaused(paused, job.name()),
                      now))
              .toList();
      console.answer(new Listed(rows));
      return rows.stream().anyMatch(Row::bad) ? ExitStatus.NO : ExitStatus.DONE;
    }
  }

  private Row row(Job job, List<RunEntry> entries, boolean paused, Instant now) {
    Optional<RunEntry> last =
        entries.stream()
            .filter(entry -> entry.outcome() != Outcome.SEEN)
            .max(java.util.Comparator.comparing(RunEntry::ended));
    Turn turn = job.turn(entries, now);
    List<Instant> next = new ArrayList<>(job.plan().preview(now, count));
    String state =
        switch (turn) {
          case Turn.Waiting waiting -> waiting.due().isAfter(now) ? "" : "to be tried again";
          case Turn.Now _ -> "due now";
          case Turn.Missed _ -> "missed";
        };
    return new Row(
        job.name().schedule(),
        job.name().cluster().orElse(null),
        String.join(" ", job.words()),
        job.plan().schedule().text(),
        paused ? "paused" : state,
        last.map(entry -> entry.outcome().word()).orElse(null),
        last.map(RunEntry::ended).orElse(null),
        last.filter(entry -> entry.outcome().bad()).isPresent(),
        next);
  }

  private record Row(
      String schedule,
      @Nullable String cluster,
      String run,
      String when,
      String state,
      @Nullable String lastOutcome,
      @Nullable Instant lastEnded,
      boolean bad,
      List<Instant> next) {}

  private record Listed(List<Row> schedules) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      Table table =
          new Table()
              .left("SCHEDULE")
              .left("CLUSTER")
              .left("RUN")
              .left("WHEN")
              .left("LAST")
              .left("NEXT");
      for (Row row : schedules) {
        table.row(
            row.schedule(),
            row.cluster() == null ? "-" : row.cluster(),
            row.run(),
            row.when(),
            last(row),
            next(row));
      }
      page.table(table);
    }

    private static String last(Row row) {
      Instant ended = row.lastEnded();
      return ended == null ? "never" : row.lastOutcome() + " " + Times.local(ended);
    }

    private static String next(Row row) {
      String times = String.join(", ", row.next().stream().limit(3).map(Times::local).toList());
      return row.state().isEmpty() ? times : row.state() + "; " + times;
    }
  }
}
