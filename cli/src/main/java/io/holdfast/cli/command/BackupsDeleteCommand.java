package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.backup.Backups.DeletionPlan;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive.Orphan;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
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
      names = "--damaged",
      description =
          "Take backups out of the way that cannot be read and that no other site has whole.")
  private boolean damaged;

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
  Deed deed() {
    return yes ? Deed.DESTROYS : Deed.NONE;
  }

  @Override
  ExitStatus run() {
    if (ids.isEmpty() && !leftovers) {
      throw new HoldfastException(
          ExitStatus.USAGE, "there is nothing to delete", "Name backups, or say --leftovers.");
    }
    if (damaged && (ids.isEmpty() || leftovers)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--damaged goes with the ids of backups, and not with --leftovers",
          "Remove what becomes a leftover by that afterwards.");
    }
    try (OpenCluster open = rooms.clusterOnSite(cluster.name(), Optional.ofNullable(site))) {
      if (damaged) {
        return deleteDamaged(open);
      }
      Backups backups = new Backups(open.archive());
      List<BackupId> doomed = ids.stream().map(backups::find).distinct().toList();
      doomed.forEach(this::concerns);
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

  private ExitStatus deleteDamaged(OpenCluster open) {
    Backups backups = new Backups(open.archive());
    List<BackupId> doomed = ids.stream().map(backups::find).distinct().toList();
    doomed.forEach(this::concerns);
    for (BackupId id : doomed) {
      if (backups.isReadable(id)) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not delete backup " + id + " as a damaged one: it can be read",
            "Leave --damaged out.");
      }
      if (!force) {
        requireNowhereWhole(open, id);
      }
    }
    if (yes) {
      doomed.forEach(id -> backups.deleteDamaged(id, console.clock().instant()));
    }
    console.answer(new DeletedDamaged(yes, doomed.stream().map(BackupId::text).toList()));
    return ExitStatus.DONE;
  }

  /** Of a site that cannot be asked nobody knows. */
  private void requireNowhereWhole(OpenCluster open, BackupId id) {
    RepositorySettings settings = open.opened().settings();
    String own = site == null ? settings.sites().getFirst().name() : site;
    for (NamedSite each : settings.sites()) {
      if (each.name().equals(own)) {
        continue;
      }
      try (OpenRepository there = rooms.onSite(settings, each.name())) {
        if (new Backups(there.repository().cluster(open.name())).isReadable(id)) {
          throw new HoldfastException(
              ExitStatus.REFUSED,
              "could not delete backup " + id + ": site " + each.name() + " has it whole",
              "`holdfast verify "
                  + open.name()
                  + " --repair --site "
                  + own
                  + "` puts it back. --force deletes it all the same.");
        }
      }
    }
  }

  private record DeletedDamaged(boolean done, List<String> backups) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      backups.forEach(id ->
          page.line(
              (done ? "deleted" : "would delete")
                  + " damaged backup "
                  + id
                  + (done
                      ? "; 'holdfast backups delete --leftovers' shows what of it no other needs"
                      : "")));
      if (!done) {
        page.line("Nothing was deleted yet: say --yes.");
      }
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
