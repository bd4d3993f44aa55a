package io.holdfast.operations.backup;

import io.holdfast.operations.files.FilesDetails;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.operations.notes.Note;
import io.holdfast.operations.notes.Notes;
import io.holdfast.operations.notes.Standing;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.ClusterArchive.Orphan;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** The backups of one cluster, and what is left over from those that did not get finished. */
public final class Backups {
  private final ClusterArchive cluster;

  public Backups(ClusterArchive cluster) {
    this.cluster = cluster;
  }

  /** Oldest first. Reads the top of each manifest, never its files. */
  public List<BackupSummary> list() {
    return list((id, unreadable) -> {
      throw unreadable;
    });
  }

  /**
   * The same, but a backup that cannot be read does not hide the others.
   *
   * @param unreadable told of each that was left out, and why
   */
  public List<BackupSummary> list(BiConsumer<BackupId, HoldfastException> unreadable) {
    return list(cluster.backupIds(), unreadable);
  }

  /** The newest ones, at most so many, oldest first; without those that cannot be read. */
  public List<BackupSummary> newest(int most) {
    List<BackupId> ids = cluster.backupIds();
    return list(ids.subList(Math.max(0, ids.size() - most), ids.size()), (id, unreadable) -> {});
  }

  /** Some of them, in the order of the ids; likewise. */
  public List<BackupSummary> list(
      List<BackupId> ids, BiConsumer<BackupId, HoldfastException> unreadable) {
    List<BackupSummary> found = new ArrayList<>();
    Together.inTurn(
        ids,
        ClusterArchive.AT_ONCE,
        this::look,
        (id, look) -> {
          look.summary().ifPresent(found::add);
          look.failure().ifPresent(failure -> unreadable.accept(id, failure));
        });
    return found;
  }

  private record Look(Optional<BackupSummary> summary, Optional<HoldfastException> failure) {}

  private Look look(BackupId id) {
    try {
      return new Look(Optional.of(show(id)), Optional.empty());
    } catch (HoldfastException e) {
      return new Look(Optional.empty(), Optional.of(e));
    }
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

  /** How each stands of which something was said: that it is pinned, or removed and waits. */
  public Map<BackupId, Standing> standings() {
    return new Notes(cluster).all(unreadable -> {});
  }

  /** Those that were not removed, oldest first. Reads no manifests. */
  private List<BackupId> standing() {
    Map<BackupId, Standing> standings = standings();
    return cluster.backupIds().stream()
        .filter(id -> !standings.getOrDefault(id, Standing.PLAIN).removed())
        .toList();
  }

  /**
   * The backup that a text means: an id, the start of just one, or "latest", which passes over
   * those that were removed and only wait for being deleted.
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
      List<BackupId> standing = standing();
      if (standing.isEmpty()) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "all backups of cluster " + cluster.name() + " are removed and wait for being deleted",
            "`holdfast backups undelete` brings one back.");
      }
      return standing.getLast();
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
   * The backup of files that a text means: that itself, or the newest one that was taken in the
   * same run as the backup of the database that the text means.
   *
   * @throws HoldfastException (usage) if there is none
   */
  public BackupId findFiles(String text) {
    BackupId id = find(text, FilesDetails.KIND);
    if (isOf(id, FilesDetails.KIND)) {
      return id;
    }
    return standing().reversed().stream()
        .filter(each -> isOf(each, FilesDetails.KIND))
        .filter(each -> FilesDetails.databaseOf(manifest(each)).filter(id::equals).isPresent())
        .findFirst()
        .orElseThrow(() ->
            new HoldfastException(
                ExitStatus.USAGE,
                "no backup of files that was taken together with backup " + id + " is there",
                "`holdfast backups list " + cluster.name() + "` shows the kind of each backup."));
  }

  /**
   * As above, but "latest" is the latest of a kind.
   *
   * @throws HoldfastException (usage) likewise
   */
  public BackupId find(String text, String kind) {
    if (!text.equals("latest")) {
      return find(text);
    }
    return standing().reversed().stream()
        .filter(id -> isOf(id, kind))
        .findFirst()
        .orElseThrow(() ->
            new HoldfastException(
                ExitStatus.USAGE,
                "cluster " + cluster.name() + " has no " + kind + " backup",
                "`holdfast backup " + cluster.name() + " --kind " + kind + "` makes one."));
  }

  /** One that cannot be read is of none. */
  private boolean isOf(BackupId id, String kind) {
    try {
      return manifest(id).kind().equals(kind);
    } catch (RepositoryDamagedException | NewerFormatException e) {
      return false;
    }
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

  /**
   * @throws HoldfastException (repository) if it is damaged
   */
  public DeletionPlan planDeletion(BackupId id) {
    Manifest doomed = readable(id);
    Set<PackRef> needed = new HashSet<>();
    for (BackupId other : cluster.backupIds()) {
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
        objection(id, group(doomed)));
  }

  private Manifest readable(BackupId id) {
    try {
      return manifest(id);
    } catch (RepositoryDamagedException e) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not delete backup "
              + id
              + ": expected to read what it needs and others may not, found it damaged: "
              + e.getMessage(),
          wayOut(cluster.name(), id),
          e);
    }
  }

  /** What can be done about a backup that cannot be read. */
  public static String wayOut(String cluster, BackupId id) {
    return "If another site has it whole, `holdfast verify "
        + cluster
        + " --repair` puts it back. If none has, it is lost: `holdfast backups delete "
        + id
        + " --damaged --yes` takes it out of the way.";
  }

  /** A dump is no substitute for the server's files, nor one of some databases for one of all. */
  private Optional<String> objection(BackupId id, String group) {
    List<BackupId> standing = standing();
    if (!standing.contains(id)) {
      return Optional.empty();
    }
    if (standing.size() == 1) {
      return Optional.of("it is the only backup of cluster " + cluster.name());
    }
    List<BackupId> alike = standing.stream().filter(each -> group.equals(groupOf(each))).toList();
    if (alike.size() == 1) {
      return Optional.of("it is the only " + group + " of cluster " + cluster.name());
    }
    return !alike.isEmpty() && alike.getLast().equals(id)
        ? Optional.of("it is the newest " + group + " of cluster " + cluster.name())
        : Optional.empty();
  }

  private String groupOf(BackupId id) {
    try {
      return group(manifest(id));
    } catch (RepositoryDamagedException | NewerFormatException e) {
      return "";
    }
  }

  /** In words: those that can stand for each other. */
  private static String group(Manifest manifest) {
    String words =
        manifest.kind().equals(LogicalFiles.KIND)
            ? LogicalDetails.of(manifest).choice().words()
            : "";
    return manifest.kind() + " backup" + (words.isEmpty() ? "" : " " + words);
  }

  /**
   * Deletes a backup at once, manifest first.
   *
   * @param force delete also the newest or only one
   * @return what was deleted
   * @throws HoldfastException (refused) if it is pinned, or if there is an objection and no force
   * @throws io.holdfast.repository.LeaseHeldException while a backup of this cluster runs, which
   *     may inherit from it, or a prune, or while a sync or repair writes to this site
   */
  public DeletionPlan delete(BackupId id, boolean force, Instant now) {
    try (Lease words = cluster.acquire(Notes.LEASE, LeaseOptions.of("delete backup " + id));
        Lease lease = cluster.acquire("backup", LeaseOptions.of("delete backup " + id));
        Lease removal = cluster.removing("delete backup " + id)) {
      DeletionPlan plan = planDeletion(id);
      Notes notes = new Notes(cluster);
      requireNotPinned(notes, id, now);
      if (plan.objection().isPresent() && !force) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not delete backup " + id + ": " + plan.objection().get(),
            "Make another backup first, or say --force.");
      }
      words.ensureHeld();
      lease.ensureHeld();
      removal.ensureHeld();
      cluster.delete(id);
      notes.forgetAllBut(Set.copyOf(cluster.backupIds()));
      return plan;
    }
  }

  private static void requireNotPinned(Notes notes, BackupId id, Instant now) {
    notes
        .of(id)
        .pinned(now)
        .ifPresent(pin -> {
          throw new HoldfastException(
              ExitStatus.REFUSED,
              "could not delete backup " + id + ": it is " + pin.words(),
              "If it may go nevertheless: holdfast backups unpin " + id);
        });
  }

  /**
   * Takes a backup out of the way that cannot be read. Its packs stay, and are leftovers if no
   * other backup needs them.
   *
   * @throws HoldfastException (refused) if it is pinned, or can be read
   * @throws io.holdfast.repository.LeaseHeldException as for {@link #delete}
   */
  public void deleteDamaged(BackupId id, Instant now) {
    String purpose = "delete damaged backup " + id;
    try (Lease words = cluster.acquire(Notes.LEASE, LeaseOptions.of(purpose));
        Lease lease = cluster.acquire("backup", LeaseOptions.of(purpose));
        Lease removal = cluster.removing(purpose)) {
      Notes notes = new Notes(cluster);
      requireNotPinned(notes, id, now);
      words.ensureHeld();
      lease.ensureHeld();
      removal.ensureHeld();
      cluster.deleteDamaged(id);
      notes.forgetAllBut(Set.copyOf(cluster.backupIds()));
    }
  }

  /** Whether its manifest is there and can be read. */
  public boolean isReadable(BackupId id) {
    try {
      return cluster.backupIds().contains(id) && manifest(id).id().equals(id);
    } catch (RepositoryDamagedException e) {
      return false;
    }
  }

  /**
   * Has it kept whatever retention says, and from being deleted.
   *
   * @param until empty for ever
   * @throws HoldfastException (refused) if it was removed already
   * @throws io.holdfast.repository.LeaseHeldException while a prune runs
   */
  public void pin(BackupId id, String reason, Optional<Instant> until, Instant now) {
    say(
        id,
        now,
        standing -> {
          if (standing.removed()) {
            throw new HoldfastException(
                ExitStatus.REFUSED,
                "could not pin backup " + id + ": it was removed, and waits for being deleted",
                "Bring it back first: holdfast backups undelete " + id);
          }
          return Optional.of(new Note.Pinned(reason, until));
        });
  }

  /**
   * Ends a pin.
   *
   * @return false if there was none
   */
  public boolean unpin(BackupId id, Instant now) {
    return say(id, now, standing -> standing.pin().map(pin -> new Note.Unpinned()));
  }

  /**
   * Brings a backup back that was removed.
   *
   * @return false if it was not
   * @throws HoldfastException (usage) if it has been deleted by now
   * @throws io.holdfast.repository.LeaseHeldException while a prune runs
   */
  public boolean undelete(BackupId id, Instant now) {
    return say(id, now, standing -> standing.removal().map(removal -> new Note.Undeleted()));
  }

  /**
   * Under the lease, so that nobody deletes a backup while something is said of it. Words of it
   * that are damaged go: who says something anew need not be told of them.
   */
  private boolean say(
      BackupId id, Instant now, Function<Standing, Optional<? extends Note>> answer) {
    try (Lease lease = cluster.acquire(Notes.LEASE, LeaseOptions.of("a word on backup " + id))) {
      if (!cluster.backupIds().contains(id)) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "cluster " + cluster.name() + " has no backup " + id,
            "`holdfast backups list --all " + cluster.name() + "` shows what is there.");
      }
      Notes notes = new Notes(cluster);
      lease.ensureHeld();
      notes.dropDamaged(id);
      Optional<? extends Note> note = answer.apply(notes.of(id));
      lease.ensureHeld();
      note.ifPresent(word -> notes.say(id, word, now));
      return note.isPresent();
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
   * @throws io.holdfast.repository.LeaseHeldException while somebody else deletes on this site, or
   *     a sync or repair writes there
   */
  public void removeOrphans(Consumer<Orphan> removed) {
    try (Lease removal = cluster.removing("removing leftovers")) {
      removeOrphans(removal, removed);
    }
  }

  /** As above, for whoever deletes already. */
  public void removeOrphans(Lease removal, Consumer<Orphan> removed) {
    removal.ensureHeld();
    cluster
        .orphans()
        .forEach(orphan -> {
          cluster.remove(orphan);
          removed.accept(orphan);
        });
  }
}
