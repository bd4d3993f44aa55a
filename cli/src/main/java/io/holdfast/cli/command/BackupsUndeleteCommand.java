package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "undelete",
    description = "Bring back backups that prune removed, as long as they are not purged.",
    footerHeading = "%n",
    footer = "The next prune removes them again, unless a rule keeps them or they are pinned.")
final class BackupsUndeleteCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      paramLabel = "ID",
      arity = "1..*",
      description = "The backups: ids, or the start of them.")
  private List<String> ids = new ArrayList<>();

  @Mixin private final ClusterOption cluster = new ClusterOption();

  BackupsUndeleteCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    try (OpenCluster open = rooms.cluster(cluster.name())) {
      Instant now = console.clock().instant();
      Backups backups = new Backups(open.archive());
      List<BackupId> found = ids.stream().map(backups::find).distinct().toList();
      List<Item> items = new ArrayList<>();
      for (BackupId id : found) {
        items.add(new Item(id.text(), backups.undelete(id, now)));
      }
      console.answer(new Undeleted(items));
      return ExitStatus.DONE;
    }
  }

  record Item(String id, boolean wasRemoved) {}

  private record Undeleted(List<Item> backups) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      for (Item item : backups) {
        page.line("backup " + item.id() + (item.wasRemoved() ? " is back" : " was not removed"));
      }
      backups.stream()
          .filter(Item::wasRemoved)
          .findFirst()
          .ifPresent(item ->
              page.line(
                  "The next prune removes it again if no rule keeps it; 'holdfast backups pin "
                      + item.id()
                      + " --reason …' keeps it."));
    }
  }
}
