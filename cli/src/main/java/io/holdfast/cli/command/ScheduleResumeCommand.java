package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Build;
import io.holdfast.cli.wiring.HostName;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Pauses;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.Runs;
import io.holdfast.repository.Repository;
import io.holdfast.service.Job;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "resume",
    description = "Let a paused schedule go on.",
    footerHeading = "%n",
    footer = {
      "What was due while it was paused is not made up for; 'holdfast schedule run' runs it now."
    })
final class ScheduleResumeCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ScheduleChoice choice = new ScheduleChoice();

  ScheduleResumeCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    JobName name = Jobs.known(settings, choice.schedule(), choice.cluster());
    try (OpenRepository opened = rooms.open(settings.repository())) {
      Pauses pauses = new Pauses(opened.repository());
      if (!pauses.all().contains(name)) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not resume " + name + ": it is not paused",
            "'holdfast schedule list' shows what is; a schedule that was paused for all clusters is"
                + " resumed for all.");
      }
      // First, so that nothing that was due meanwhile begins in between.
      fromNowOn(opened.repository(), settings, name);
      pauses.resume(name);
    }
    console.note(name + " goes on");
    return ExitStatus.DONE;
  }

  private void fromNowOn(Repository repository, Settings settings, JobName name) {
    Runs runs = new Runs(repository);
    Instant now = console.clock().instant();
    for (Job job : Jobs.of(settings)) {
      boolean meant =
          job.name().equals(name)
              || (name.cluster().isEmpty() && job.name().schedule().equals(name.schedule()));
      if (meant) {
        runs.add(
            new Run(
                job.name(),
                now,
                now,
                now,
                0,
                0,
                Outcome.SEEN,
                -1,
                "",
                HostName.ofThisMachine(),
                "holdfast " + Build.version(),
                "resumed",
                Runs.newId()));
      }
    }
  }
}
