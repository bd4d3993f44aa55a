package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "backups", description = "List, show, pin and delete backups.")
final class BackupsCommand extends CommandFamily {
  BackupsCommand(Console console, Rooms rooms) {
    super(
        List.of(
            new BackupsListCommand(console, rooms),
            new BackupsShowCommand(console, rooms),
            new BackupsPinCommand(console, rooms),
            new BackupsUnpinCommand(console, rooms),
            new BackupsDeleteCommand(console, rooms),
            new BackupsUndeleteCommand(console, rooms)));
  }
}
