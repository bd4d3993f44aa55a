package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.backup.Backups.DeletionPlan;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive.Orphan;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    description = "Delete a backup, or what killed ones left behind.",
    footerHeading = "%n",
    footer = "Without --yes it only prints what it would do.")
final class BackupsDeleteCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Parameters(
      paramLabel = "ID",
      arity = "0..*",
      description = "The backups: ids, or the start of them.")
  private List<String> ids = new ArrayList<>();

  @Mixin private final ClusterOption cluster = new ClusterOption();

  @Option(names = "--leftovers", description = "Remove what killed backups left behind.")
  private boolean leftovers;

  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  @Option(names = "--force", description = "Delete also the newest or only backup.")
  private boolean force;

  @Option(
      names = "--site",
      paramLabel = "SITE",
      description = "Delete on this site of several (default: the first one). Others keep theirs.")
  private @Nullable String site;

  BackupsDeleteCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    if (ids.isEmpty() && !leftovers) {
      throw new HoldfastException(
          ExitStatus.USAGE, "there is nothing to delete", "Name backups, or say --leftovers.");
    }
    try (OpenCluster open = rooms.clusterOnSite(cluster.name(), Optional.ofNullable(site))) {
      Backups backups = new Backups(open.archive());
      List<BackupId> doomed = ids.stream().map(backups::find).distinct().toList();
      List<Item> items = new ArrayList<>();
      for (BackupId id : doomed) {
        items.add(
            Item.of(
                yes
                    ? backups.delete(id, force, console.clock().instant())
                    : backups.planDeletion(id)));
      }
      List<Orphan> orphans = new ArrayList<>();
      if (leftovers && yes) {
        backups.removeOrphans(orphans::add);
      } else if (leftovers) {
        backups.orphans(orphans::add);
      }
      console.answer(new Deleted(yes, items, orphans.stream().map(Leftover::of).toList()));
      return ExitStatus.DONE;
    }
  }

  record Item(
      String id, int packsFreed, long bytesFreed, int packsKept, @Nullable String objection) {
    static Item of(DeletionPlan plan) {
      return new Item(
          plan.backup().id().text(),
          plan.packsFreed(),
          plan.bytesFreed(),
          plan.packsKept(),
          plan.objection().orElse(null));
    }
  }

  record Leftover(String object, long bytes, boolean unfinished) {
    static Leftover of(Orphan orphan) {
      return new Leftover(
          orphan.object().key().text(), orphan.object().size(), orphan.unfinished());
    }
  }

  record Deleted(boolean done, List<Item> backups, List<Leftover> leftovers) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      String verb = done ? "deleted" : "would delete";
      for (Item item : backups) {
        page.line(
            verb
                + " backup "
                + item.id()
                + ": "
                + item.packsFreed()
                + " packs, "
                + ByteSize.format(item.bytesFreed())
                + (item.packsKept() > 0
                    ? "; " + item.packsKept() + " packs stay, other backups need them"
                    : ""));
        if (item.objection() != null) {
          page.line("  " + item.objection() + (done ? "" : ": needs --force"));
        }
      }
      for (Leftover each : leftovers) {
        page.line(verb + " leftover " + each.object() + ", " + ByteSize.format(each.bytes()));
      }
      if (backups.isEmpty() && leftovers.isEmpty()) {
        page.line("There are no leftovers.");
      } else if (!done) {
        page.line("Nothing was deleted yet: say --yes.");
      }
    }
  }
}
