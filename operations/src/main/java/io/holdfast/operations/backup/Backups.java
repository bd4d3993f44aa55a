package io.holdfast.operations.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.ClusterArchive.Orphan;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The backups of one cluster, and what is left over from those that did not get finished. */
public final class Backups {
  private final ClusterArchive cluster;

  public Backups(ClusterArchive cluster) {
    this.cluster = cluster;
  }

  /** Oldest first. Reads the top of each manifest, never its files. */
  public List<BackupSummary> list() {
    return cluster.backupIds().stream().map(this::show).toList();
  }

  /**
   * The same, but a backup that cannot be read does not hide the others.
   *
   * @param unreadable told of each that was left out, and why
   */
  public List<BackupSummary> list(BiConsumer<BackupId, HoldfastException> unreadable) {
    List<BackupSummary> found = new ArrayList<>();
    for (BackupId id : cluster.backupIds()) {
      try {
        found.add(show(id));
      } catch (HoldfastException e) {
        unreadable.accept(id, e);
      }
    }
    return found;
  }

  /**
   * @throws HoldfastException (usage) if there is no such backup
   */
  public BackupSummary show(BackupId id) {
    return BackupSummary.of(manifest(id));
  }

  public Manifest manifest(BackupId id) {
    return cluster.open(id).manifest();
  }

  /** Visits the stored files in path order. */
  public void files(BackupId id, Consumer<StoredFile> consumer) {
    cluster.open(id).files(consumer);
  }

  /**
   * The backup that a text means: an id, the start of just one, or "latest".
   *
   * @throws HoldfastException (usage) if it means none, or more than one
   */
  public BackupId find(String text) {
    List<BackupId> ids = cluster.backupIds();
    if (ids.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "cluster " + cluster.name() + " has no backups",
          "`holdfast backup " + cluster.name() + "` makes one.");
    }
    if (text.equals("latest")) {
      return ids.getLast();
    }
    List<BackupId> fitting = ids.stream().filter(id -> id.text().startsWith(text)).toList();
    if (fitting.size() != 1) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "'"
              + text
              + "' means "
              + (fitting.isEmpty() ? "no backup" : fitting.size() + " backups")
              + " of cluster "
              + cluster.name(),
          "`holdfast backups list " + cluster.name() + "` shows the ids.");
    }
    return fitting.getFirst();
  }

  /**
   * What deleting would come to.
   *
   * @param packsFreed that no other backup needs
   * @param bytesFreed their size
   * @param packsKept that other backups need
   * @param objection why it should not be done; needs force
   */
  public record DeletionPlan(
      BackupSummary backup,
      int packsFreed,
      long bytesFreed,
      int packsKept,
      Optional<String> objection) {}

  public DeletionPlan planDeletion(BackupId id) {
    Manifest doomed = manifest(id);
    Set<PackRef> needed = new HashSet<>();
    List<BackupId> all = cluster.backupIds();
    for (BackupId other : all) {
      if (!other.equals(id)) {
        manifest(other).packs().forEach(use -> needed.add(use.pack()));
      }
    }
    List<PackUse> freed =
        doomed.packs().stream().filter(use -> !needed.contains(use.pack())).toList();
    return new DeletionPlan(
        BackupSummary.of(doomed),
        freed.size(),
        freed.stream().mapToLong(PackUse::size).sum(),
        doomed.packs().size() - freed.size(),
        objection(id, all));
  }

  private Optional<String> objection(BackupId id, List<BackupId> all) {
    if (all.size() == 1) {
      return Optional.of("it is the only backup of cluster " + cluster.name());
    }
    return all.getLast().equals(id)
        ? Optional.of("it is the newest backup of cluster " + cluster.name())
        : Optional.empty();
  }

  /**
   * Deletes a backup, manifest first.
   *
   * @param force delete also the newest or only one
   * @return what was deleted
   * @throws HoldfastException (refused) if there is an objection and no force
   * @throws io.holdfast.repository.LeaseHeldException while a backup of this cluster runs, which
   *     may inherit from it
   */
  public DeletionPlan delete(BackupId id, boolean force) {
    try (Lease lease = cluster.acquire("backup", LeaseOptions.of("delete backup " + id))) {
      DeletionPlan plan = planDeletion(id);
      if (plan.objection().isPresent() && !force) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not delete backup " + id + ": " + plan.objection().get(),
            "Make another backup first, or say --force.");
      }
      lease.ensureHeld();
      cluster.delete(id);
      return plan;
    }
  }

  /** What killed or failed backups left behind; what a running one is writing is not among it. */
  public void orphans(Consumer<Orphan> consumer) {
    cluster.orphans(consumer);
  }

  /**
   * Removes what {@link #orphans} finds. Safe beside running backups.
   *
   * @param removed called after each
   */
  public void removeOrphans(Consumer<Orphan> removed) {
    cluster
        .orphans()
        .forEach(orphan -> {
          cluster.remove(orphan);
          removed.accept(orphan);
        });
  }
}
