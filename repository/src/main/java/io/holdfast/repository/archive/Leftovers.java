package io.holdfast.repository.archive;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.ClusterArchive.Orphan;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.backup.ManifestStore;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ClusterLayout.PackName;
import io.holdfast.repository.lease.Leases;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Finds and removes what no backup needs.
 *
 * <p>What makes it safe beside backups under way is an order. A writer takes its lease, writes
 * packs, creates the manifest, gives the lease back. So we look at packs first, then at leases,
 * then at manifests: a pack that we saw had a writer, which either still holds its lease, or has
 * created its manifest before we list manifests, or will never create it. While anybody writes, no
 * pack is an orphan: it may be one of a parent that was deleted after the writer looked for it.
 *
 * <p>A manifest that cannot be read stops everything: who knows what it names.
 */
final class Leftovers {
  private final Storage storage;
  private final ClusterLayout layout;
  private final ManifestStore manifests;
  private final Leases leases;
  private final Map<BackupId, Named> condemned = new ConcurrentHashMap<>();

  Leftovers(Storage storage, ClusterLayout layout, ManifestStore manifests, Leases leases) {
    this.storage = storage;
    this.layout = layout;
    this.manifests = manifests;
    this.leases = leases;
  }

  /** Manifest first, then the packs that no manifest names any more. */
  void deleteBackup(BackupId id) {
    Optional<Manifest> manifest = readOrDamaged(id);
    // Read the others before anything is changed: if one is damaged, nothing is deleted.
    namedPacks(Optional.of(id));
    manifests.delete(id);
    if (anyWriter()) {
      // It may be about to name packs of this one. It looks for its parent after its commit, but it
      // may be killed before it does; so the packs stay, and are orphans if nobody names them.
      return;
    }
    // And again after: a backup that inherits from this one may have been committed meanwhile. Its
    // writer looks for its parent after the commit, so that one of us sees the other.
    Named named = namedPacks(Optional.empty());
    for (PackUse use : manifest.map(Manifest::packs).orElse(List.of())) {
      if (!named.has(use.pack().backup(), use.pack().number())) {
        storage.delete(layout.pack(use.pack()));
      }
    }
  }

  /** The manifest alone. */
  void deleteDamaged(BackupId id) {
    if (readOrDamaged(id).isPresent()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not delete backup " + id + " as a damaged one: expected that, found it readable",
          "Delete it as any other.");
    }
    manifests.delete(id);
  }

  boolean anyWriter() {
    List<ObjectKey> writers = new ArrayList<>();
    storage.list(
        layout.leases(), stat -> writerOf(stat.key()).ifPresent(backup -> writers.add(stat.key())));
    return writers.stream().anyMatch(lease -> holder(lease).isPresent());
  }

  /** Empty for a damaged one: nobody knows its packs, so they become orphans. */
  private Optional<Manifest> readOrDamaged(BackupId id) {
    Optional<Manifest> manifest;
    try {
      manifest = manifests.read(id);
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
    if (manifest.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not delete backup " + id + ": expected it to exist, found no such backup",
          "`holdfast backups list` shows those that exist.");
    }
    return manifest;
  }

  void find(Consumer<Orphan> consumer) {
    List<ObjectStat> packs = new ArrayList<>();
    storage.list(layout.packs(), packs::add);
    List<ObjectStat> writers = new ArrayList<>();
    storage.list(
        layout.leases(), stat -> writerOf(stat.key()).ifPresent(backup -> writers.add(stat)));
    // One that is being written may be about to name packs of a parent that was just deleted.
    boolean writing = writers.removeIf(stat -> holder(stat.key()).isPresent());
    if (writing) {
      packs.clear();
    }
    Named named = namedPacks(Optional.empty());
    for (ObjectStat pack : packs) {
      if (!isNamed(named, pack.key())) {
        consumer.accept(new Orphan(pack, false));
      }
    }
    writers.forEach(stat -> consumer.accept(new Orphan(stat, false)));
    storage.leftovers(layout.root(), stat -> consumer.accept(new Orphan(stat, true)));
  }

  /** Removes one, after looking again. */
  void remove(Orphan orphan) {
    if (orphan.unfinished()) {
      storage.deleteLeftover(orphan.object());
      return;
    }
    ObjectKey key = orphan.object().key();
    if (writerOf(key).isPresent()) {
      leases.removeDead(leaseName(key));
      return;
    }
    requireOrphan(key);
    storage.delete(key);
  }

  private void requireOrphan(ObjectKey key) {
    if (!key.text().startsWith(layout.packs() + "/")) {
      throw new IllegalArgumentException(key + " is no orphan of " + layout.cluster());
    }
    Optional<PackName> pack = layout.packOf(key);
    if (pack.isPresent() && !isCondemned(pack.get())) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not remove " + key + ": expected an orphan, found that a backup needs it",
          null);
    }
  }

  /** A pack that no manifest named once its writer was out of the way is never named again. */
  private boolean isCondemned(PackName pack) {
    Named seen = condemned.get(pack.backup());
    if (seen != null && !seen.has(pack.backup(), pack.number())) {
      return true;
    }
    // Without its lease the writer cannot commit any more, even if it only slept or its clock is
    // not ours; if it did before, the manifest is there to be seen now.
    leases.removeDead(ClusterLayout.writerLease(pack.backup()));
    requireNoWriter(pack);
    Named now = namedPacks(Optional.empty());
    condemned.put(pack.backup(), now);
    return !now.has(pack.backup(), pack.number());
  }

  private void requireNoWriter(PackName pack) {
    if (anyWriter()) {
      throw new HoldfastException(
          ExitStatus.LEASE_HELD,
          "could not remove pack "
              + pack.number()
              + " of backup "
              + pack.backup()
              + ": expected that no backup is being written, found one that may need it",
          "Try again when it has ended.");
    }
  }

  private boolean isNamed(Named named, ObjectKey key) {
    return layout.packOf(key).filter(pack -> named.has(pack.backup(), pack.number())).isPresent();
  }

  private Optional<LeaseHolder> holder(ObjectKey lease) {
    return leases.holder(leaseName(lease));
  }

  private Optional<BackupId> writerOf(ObjectKey key) {
    return key.text().startsWith(layout.leases() + "/")
        ? ClusterLayout.writerOf(leaseName(key))
        : Optional.empty();
  }

  private static String leaseName(ObjectKey lease) {
    String name = lease.name();
    return name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
  }

  private Named namedPacks(Optional<BackupId> except) {
    Named named = new Named();
    List<BackupId> wanted =
        manifests.ids().stream().filter(id -> !except.equals(Optional.of(id))).toList();
    Together.inTurn(
        wanted,
        ClusterArchive.AT_ONCE,
        manifests::read,
        (id, read) -> read.ifPresent(manifest -> manifest.packs().forEach(named::add)));
    return named;
  }

  /** The packs that manifests name: a bit each. */
  private static final class Named {
    private final Map<BackupId, BitSet> numbers = new HashMap<>();

    private void add(PackUse use) {
      numbers.computeIfAbsent(use.pack().backup(), backup -> new BitSet()).set(use.pack().number());
    }

    private boolean has(BackupId backup, int number) {
      BitSet of = numbers.get(backup);
      return of != null && of.get(number);
    }
  }
}
