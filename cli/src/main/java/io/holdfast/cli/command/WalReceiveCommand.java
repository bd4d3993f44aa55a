package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.WalDesk;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "receive",
    description = "Receive WAL by streaming, until stopped.",
    footerHeading = "%n",
    footer = {
      "Make it a service. It survives restarts and promotions of the server, troubles of the",
      "repository and its own death: the server keeps for it what is not durable yet. While it runs",
      "it also serves holdfast-wal, for archive_command."
    })
final class WalReceiveCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  WalReceiveCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    Progress progress = console.progress();
    try (OpenCluster open = rooms.cluster(cluster.name());
        Receiver receiver =
            Receiver.start(open.archive(), open.receiverOptions(), progress, console.clock());
        var _ = WalDesk.open(receiver.archive(), open.deskFile(), progress)) {
      receiver.join();
      return ExitStatus.DONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(ExitStatus.INTERRUPTED, "stopped receiving", null, e);
    }
  }
}
