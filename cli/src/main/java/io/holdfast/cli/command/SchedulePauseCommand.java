package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Jobs;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.cli.wiring.ScheduleBook;
import io.holdfast.operations.runs.JobName;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "pause",
    description = "Let a schedule rest on every node until it is resumed.",
    footerHeading = "%n",
    footer = {
      "Without a cluster: for all of them. What runs now runs on. 'check' and alerts go by the age",
      "of backups and not by what is paused, so a pause that is forgotten is noticed."
    })
final class SchedulePauseCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ScheduleChoice choice = new ScheduleChoice();

  SchedulePauseCommand(Console console, Rooms rooms) {
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
      new ScheduleBook(opened.repository())
          .pause(name, System.getProperty("user.name", "somebody"), console.clock().instant());
    }
    console.note(
        name
            + " is paused; 'holdfast schedule resume "
            + name.schedule()
            + name.cluster().map(each -> " " + each).orElse("")
            + "' lets it go on");
    return ExitStatus.DONE;
  }
}
