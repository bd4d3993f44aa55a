package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "notify", description = "Try how people are told when something is wrong.")
final class NotifyCommand extends CommandFamily {
  NotifyCommand(Console console, Rooms rooms) {
    super(List.of(new NotifyTestCommand(console, rooms)));
  }
}
