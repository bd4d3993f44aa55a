package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "wal", description = "Receive, push, get and list the write-ahead log.")
final class WalCommand extends CommandFamily {
  WalCommand(Console console, Rooms rooms) {
    super(
        List.of(
            new WalReceiveCommand(console, rooms),
            new WalListCommand(console, rooms),
            new WalPushCommand(console, rooms),
            new WalGetCommand(rooms),
            new WalServeRecoveryCommand(console, rooms)));
  }
}
