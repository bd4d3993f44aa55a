package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.NodeSharing;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.ScheduleBook;
import io.holdfast.operations.doctor.NodesLook;
import io.holdfast.operations.view.ScheduleView;
import io.holdfast.service.Job;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "Show what is run when, what comes next, and how the last run went.",
    footerHeading = "%n",
    footer = {
      "Exit status 1: something is wrong with the last run of one of them, or with records."
    })
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
    Settings settings = rooms.settings(ScheduledWords.by(nested));
    List<Job> jobs = Jobs.of(settings);
    if (jobs.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          settings.file() + " declares no schedules",
          "At its left margin write for example:\n"
              + "    schedules:\n"
              + "      nightly: { run: backup, when: daily 02:00 Europe/Paris }");
    }
    try (OpenRepository opened = rooms.reading(settings.repository(), ReadFrom.ANYWHERE)) {
      settings
          .service()
          .nodes()
          .map(nodes -> NodeSharing.look(settings, nodes, opened))
          .ifPresent(this::tell);
      List<ScheduleView> rows =
          new ScheduleBook(opened.repository())
              .views(jobs, count, Map.of(), console.clock().instant());
      console.answer(new Listed(rows));
      return rows.stream().anyMatch(row -> row.bad() || !row.flaws().isEmpty())
          ? ExitStatus.NO
          : ExitStatus.DONE;
    }
  }

  /** What a service would refuse is refused here, and what it could live with is said. */
  private void tell(NodesLook nodes) {
    if (nodes.state() == NodesLook.State.BACKED_UP) {
      throw new HoldfastException(
          ExitStatus.USAGE, nodes.found(), "`holdfast doctor` says what to do.");
    }
    if (nodes.state() != NodesLook.State.USABLE) {
      console.warn(nodes.found() + "; each node starts by itself what is due");
    }
  }

  /** Of flawed records of one schedule. */
  private static final int SHOWN = 5;

  private record Listed(List<ScheduleView> schedules) implements Answer {
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
      for (ScheduleView row : schedules) {
        table.row(
            row.schedule(),
            row.cluster() == null ? "-" : row.cluster(),
            row.run(),
            row.when(),
            last(row),
            next(row));
      }
      page.table(table);
      schedules.stream().filter(row -> !row.flaws().isEmpty()).forEach(row -> flaws(page, row));
    }

    private static void flaws(Page page, ScheduleView row) {
      String words = row.schedule() + (row.cluster() == null ? "" : " " + row.cluster());
      page.line("");
      page.line("FLAWED RECORDS of " + words + ":");
      row.flaws().stream().limit(SHOWN).forEach(flaw -> page.line("    " + flaw));
      if (row.flaws().size() > SHOWN) {
        page.line("    and " + (row.flaws().size() - SHOWN) + " more");
      }
      page.line("    What to do: holdfast schedule log " + words);
    }

    private static String last(ScheduleView row) {
      Instant ended = row.lastEnded();
      return ended == null ? "never" : row.lastOutcome() + " " + Times.local(ended);
    }

    private static String next(ScheduleView row) {
      String times = String.join(", ", row.next().stream().limit(3).map(Times::local).toList());
      return row.state().isEmpty() ? times : row.state() + "; " + times;
    }
  }
}
