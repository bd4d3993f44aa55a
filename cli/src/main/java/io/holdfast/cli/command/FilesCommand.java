package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "files",
    description = "Look into backups of files ('backup --kind files'), and restore them.")
final class FilesCommand extends CommandFamily {
  FilesCommand(Console console, Rooms rooms) {
    super(List.of(new FilesListCommand(console, rooms), new FilesRestoreCommand(console, rooms)));
  }
}
