package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "key", description = "Manage the keys that open the repository.")
final class KeyCommand extends CommandFamily {
  KeyCommand(Console console, Rooms rooms) {
    super(
        List.of(
            new KeyListCommand(console, rooms),
            new KeyAddCommand(console, rooms),
            new KeyRemoveCommand(console, rooms),
            new KeyCheckCommand(console, rooms),
            new KeyGenerateCommand(console),
            new KeyRecoveryKitCommand(console, rooms)));
  }
}
