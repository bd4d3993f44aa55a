package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "dump",
    description = "Look into the dumps of a logical backup, get them out, restore them.")
final class DumpCommand extends CommandFamily {
  DumpCommand(Console console, Rooms rooms) {
    super(
        List.of(
            new DumpListCommand(console, rooms),
            new DumpGetCommand(console, rooms),
            new DumpRestoreCommand(console, rooms)));
  }
}
