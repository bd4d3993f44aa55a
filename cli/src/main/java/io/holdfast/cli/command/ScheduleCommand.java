package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "schedule",
    description = "Show what is run when and how it went; run it now; pause it.")
final class ScheduleCommand extends CommandFamily {
  ScheduleCommand(Console console, Rooms rooms, Nested nested) {
    super(
        List.of(
            new ScheduleListCommand(console, rooms, nested),
            new ScheduleLogCommand(console, rooms),
            new ScheduleRunCommand(console, rooms, nested),
            new SchedulePauseCommand(console, rooms),
            new ScheduleResumeCommand(console, rooms)));
  }
}
