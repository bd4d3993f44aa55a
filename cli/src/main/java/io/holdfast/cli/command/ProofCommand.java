package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.Rooms;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "proof", description = "Look at what proofs have found.")
final class ProofCommand extends CommandFamily {
  ProofCommand(Console console, Rooms rooms) {
    super(
        List.of(
            new ProofListCommand(console, rooms),
            new ProofShowCommand(console, rooms),
            new ProofVerifyCommand(console, rooms)));
  }
}
