package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.ScheduleBook;
import io.holdfast.operations.runs.JobName;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
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
      if (!new ScheduleBook(opened.repository())
          .resume(name, Jobs.of(settings), console.clock().instant())) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not resume " + name + ": it is not paused",
            "'holdfast schedule list' shows what is. One that was paused for all clusters is resumed"
                + " for all: holdfast schedule resume "
                + choice.schedule());
      }
    }
    console.note(name + " goes on");
    return ExitStatus.DONE;
  }
}
