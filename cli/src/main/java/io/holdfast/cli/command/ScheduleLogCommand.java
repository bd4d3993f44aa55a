package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.RunFormat;
import io.holdfast.operations.runs.Runs;
import io.holdfast.service.Job;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "log", description = "Show the last runs of a schedule and what they said.")
final class ScheduleLogCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ScheduleChoice choice = new ScheduleChoice();

  @Option(
      names = "--last",
      paramLabel = "N",
      converter = WholeNumber.Jobs.class,
      description = "How many (default: 5).")
  private int count = 5;

  ScheduleLogCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    Job job = Jobs.find(settings, choice.schedule(), choice.cluster());
    try (OpenRepository opened = rooms.reading(settings.repository(), ReadFrom.ANYWHERE)) {
      Runs runs = new Runs(opened.repository());
      List<Run> last =
          runs.of(job.name()).reversed().stream()
              .filter(entry -> entry.outcome() != Outcome.SEEN)
              .sorted(java.util.Comparator.comparing(RunEntry::ended).reversed())
              .limit(count)
              .map(runs::read)
              .flatMap(Optional::stream)
              .toList();
      console.answer(new Log(last));
      return ExitStatus.DONE;
    }
  }

  private record Log(List<Run> runs) implements Answer {
    @Override
    public Object json() {
      return Map.of("runs", runs.stream().map(RunFormat::json).toList());
    }

    @Override
    public void print(Page page) {
      if (runs.isEmpty()) {
        page.line("It has not run yet.");
      }
      for (Run run : runs) {
        page.line(
            Times.local(run.ended())
                + "  "
                + run.outcome().word()
                + (run.status() < 0 ? "" : " (status " + run.status() + ")")
                + ", took "
                + Times.span(run.took())
                + ", run "
                + run.id()
                + " on "
                + run.host()
                + (run.attempt() > 1 ? ", attempt " + run.attempt() : "")
                + (run.attempt() == 0 && run.outcome() != Outcome.MISSED ? ", by hand" : ""));
        if (run.passedOver() > 0) {
          page.line("    makes up for " + run.passedOver() + " earlier ones that did not run");
        }
        run.said().lines().forEach(line -> page.line("    " + line));
      }
    }
  }
}
