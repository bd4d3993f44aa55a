package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.wal.WalDesk;
import io.holdfast.operations.wal.WalSpool;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Started by holdfast-wal, not by people. */
@Command(
    name = "serve-recovery",
    hidden = true,
    description = "Fetch WAL ahead for the recovery of a restored data directory.")
final class WalServeRecoveryCommand extends HoldfastCommand {
  /** A standby asks every five seconds (wal_retrieve_retry_interval). */
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Console console;
  private final Rooms rooms;

  @Parameters(
      arity = "1..2",
      paramLabel = "[CLUSTER] DIR",
      description = "The data directory.",
      hideParamSyntax = true)
  private List<String> words = new ArrayList<>();

  @Mixin private final SiteOption site = new SiteOption();
  @Mixin private final WithoutOption without = new WithoutOption();

  WalServeRecoveryCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() throws InterruptedException {
    Optional<String> cluster = words.size() == 2 ? Optional.of(words.getFirst()) : Optional.empty();
    Path directory = Path.of(words.getLast()).toAbsolutePath();
    WalSpool spool =
        WalSpool.find(directory)
            .orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.USAGE, directory + " was not made by 'holdfast restore'"));
    try (OpenCluster open = rooms.readingCluster(cluster, without.from(site.from()))) {
      WalDesk.serveRecovery(open.walArchive(directory), spool, IDLE, console.progress());
      return ExitStatus.DONE;
    }
  }
}
