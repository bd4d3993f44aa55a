package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.runs.Flaw;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.Records;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.operations.runs.RunFormat;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.Repository;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "log",
    description = "Show the last runs of a schedule and what they said.",
    footerHeading = "%n",
    footer = {
      "Exit status 1: some records of it are damaged, or of the future because a clock was wrong.",
      "They are named, and the others are shown all the same."
    })
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

  @Option(
      names = "--remove-flawed",
      description = "Remove the records of runs that are damaged or of the future.")
  private boolean removing;

  ScheduleLogCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return removing ? Deed.DESTROYS : Deed.NONE;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    JobName job = Jobs.find(settings, choice.schedule(), choice.cluster()).name();
    if (removing) {
      try (OpenRepository opened = rooms.open(settings.repository())) {
        removeFlawed(new Runs(opened.repository()), job);
      }
    }
    try (OpenRepository opened = rooms.reading(settings.repository(), ReadFrom.ANYWHERE)) {
      List<Flaw> flaws = flaws(opened.repository(), job);
      console.answer(new Log(last(new Runs(opened.repository()), job, flaws), flaws));
      return flaws.isEmpty() ? ExitStatus.DONE : ExitStatus.NO;
    }
  }

  private void removeFlawed(Runs runs, JobName job) {
    for (Flaw flaw : runs.flaws(job, now())) {
      runs.remove(flaw);
      console.note("removed " + flaw.text());
    }
  }

  private List<Flaw> flaws(Repository repository, JobName job) {
    List<Flaw> flaws = new ArrayList<>(new Runs(repository).flaws(job, now()));
    new Pauses(repository)
        .flaws(now()).stream().filter(each -> each.concerns(job)).forEach(flaws::add);
    return flaws;
  }

  private List<Run> last(Runs runs, JobName job, List<Flaw> flaws) {
    List<String> flawed = flaws.stream().map(Flaw::place).toList();
    return new Records(runs.of(job), now())
        .past().stream()
            .filter(entry -> entry.outcome() != Outcome.SEEN)
            .filter(entry -> !flawed.contains(entry.place()))
            .sorted(Comparator.comparing(RunEntry::ended).reversed())
            .limit(count)
            .map(runs::read)
            .flatMap(Optional::stream)
            .toList();
  }

  private Instant now() {
    return console.clock().instant();
  }

  private record Log(List<Run> runs, List<Flaw> flaws) implements Answer {
    @Override
    public Object json() {
      return Map.of(
          "runs",
          runs.stream().map(RunFormat::json).toList(),
          "flaws",
          flaws.stream()
              .map(flaw ->
                  Map.of("place", flaw.place(), "found", flaw.found(), "remedy", flaw.remedy()))
              .toList());
    }

    @Override
    public void print(Page page) {
      if (runs.isEmpty()) {
        page.line(flaws.isEmpty() ? "It has not run yet." : "No run of it can be shown.");
      }
      runs.forEach(run -> print(page, run));
      flaws.forEach(flaw -> {
        page.line("FLAWED  " + flaw.text());
        page.line("        If it is of no more use: " + flaw.remedy());
      });
    }

    private static void print(Page page, Run run) {
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
