package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ExitStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "unpin", description = "End a pin: retention decides again.")
final class BackupsUnpinCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(paramLabel = "ID", description = "The backup: its id, or the start of it.")
  private String id = "";

  @Mixin private final ClusterOption cluster = new ClusterOption();

  BackupsUnpinCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    try (OpenCluster open = rooms.cluster(cluster.name())) {
      Backups backups = new Backups(open.archive());
      BackupId backup = backups.find(id);
      boolean ended = backups.unpin(backup, console.clock().instant());
      console.answer(new Unpinned(backup.text(), ended));
      return ExitStatus.DONE;
    }
  }

  private record Unpinned(String id, boolean wasPinned) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      page.line("backup " + id + (wasPinned ? " is no longer pinned" : " was not pinned"));
    }
  }
}
