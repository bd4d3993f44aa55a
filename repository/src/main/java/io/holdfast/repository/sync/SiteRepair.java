package io.holdfast.repository.sync;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepairReport;
import io.holdfast.repository.RepairReport.Lost;
import io.holdfast.repository.RepairReport.Mended;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SyncRequest;
import io.holdfast.repository.backup.ManifestStore;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.RepositoryPlacement;
import io.holdfast.repository.lease.Leases;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Placement.Place;
import io.holdfast.storage.Site;
import io.holdfast.storage.StorageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts good copies in the place of damaged or missing objects of one site. A damaged object is
 * removed only after another site's copy of it was read whole and authenticated; what is put there
 * is read back. Killed in between, the object is missing on this site, which the next repair mends.
 */
public final class SiteRepair {
  private final Vault site;
  private final Vault any;
  private final List<Site> others;
  private final ClusterLayout layout;
  private final Leases leases;
  private final SyncRequest.Watcher watcher;
  private final RepositoryPlacement placement = new RepositoryPlacement();
  private final Set<ObjectKey> seen = new HashSet<>();
  private final List<Mended> mended = new ArrayList<>();
  private final List<Lost> lost = new ArrayList<>();

  /**
   * @param site by itself
   * @param any the repository as it was opened, for its keys
   * @param leases of the cluster on that site
   */
  public SiteRepair(
      Vault site,
      Vault any,
      List<Site> others,
      ClusterLayout layout,
      Leases leases,
      SyncRequest.Watcher watcher) {
    this.site = site;
    this.any = any;
    this.others = others;
    this.layout = layout;
    this.leases = leases;
    this.watcher = watcher;
  }

  public RepairReport run() throws InterruptedException {
    try (Lease lease =
        leases.acquire(ClusterLayout.SYNC, LeaseOptions.of("repair of " + layout.cluster()))) {
      leases.requireFree(ClusterLayout.REMOVAL);
      for (ObjectStat manifest : listed(layout.backups())) {
        lease.ensureHeld();
        manifest(manifest.key());
      }
      for (BackupId id : new ManifestStore(site, layout).ids()) {
        lease.ensureHeld();
        packs(id);
      }
      objects(lease);
    }
    return new RepairReport(mended, lost);
  }

  private List<ObjectStat> listed(String prefix) {
    List<ObjectStat> found = new ArrayList<>();
    site.storage().list(prefix, found::add);
    return found;
  }

  /** While a manifest is away, nobody may take its packs for leftovers. */
  private void manifest(ObjectKey key) throws InterruptedException {
    Optional<BackupId> id = layout.manifestOf(key);
    Optional<String> fault = fault(site, key, Kind.MANIFEST);
    if (id.isEmpty() || fault.isEmpty()) {
      return;
    }
    try (Lease presence =
        leases.acquire(
            ClusterLayout.writerLease(id.get()), LeaseOptions.of("repair of " + id.get()))) {
      presence.ensureHeld();
      mend(key, Kind.MANIFEST, fault.get());
    }
  }

  private void packs(BackupId id) throws InterruptedException {
    Optional<Manifest> manifest;
    try {
      manifest = new ManifestStore(site, layout).read(id);
    } catch (RepositoryDamagedException | NewerFormatException e) {
      return;
    }
    if (manifest.isPresent()) {
      for (Manifest.PackUse use : manifest.get().packs()) {
        ObjectKey key = layout.pack(use.pack());
        if (seen.add(key)) {
          look(key, Kind.PACK);
        }
      }
    }
  }

  /** WAL and the like: what this site has, and what only the others have. */
  private void objects(Lease lease) throws InterruptedException {
    Set<ObjectKey> keys = new HashSet<>();
    site.storage().list(layout.root(), stat -> standing(stat).ifPresent(keys::add));
    for (Site other : others) {
      other.storage().list(layout.root(), stat -> standing(stat).ifPresent(keys::add));
    }
    for (ObjectKey key : keys.stream().sorted().toList()) {
      lease.ensureHeld();
      look(key, Kind.OBJECT);
    }
  }

  private Optional<ObjectKey> standing(ObjectStat stat) {
    boolean pack = stat.key().text().startsWith(layout.packs() + "/");
    return !pack && placement.of(stat.key()) == Place.EVERYWHERE
        ? Optional.of(stat.key())
        : Optional.empty();
  }

  private void look(ObjectKey key, Kind kind) throws InterruptedException {
    Optional<String> fault = fault(site, key, kind);
    if (fault.isPresent()) {
      mend(key, kind, fault.get());
    }
  }

  private void mend(ObjectKey key, Kind kind, String was) throws InterruptedException {
    for (Site other : others) {
      Vault there = any.on(other.storage());
      if (isWhole(there, key, kind)) {
        site.storage().delete(key);
        new ObjectCopy(there, site).copy(key, kind, watcher);
        mended.add(new Mended(key.text(), other.name(), was));
        return;
      }
    }
    lost.add(new Lost(key.text(), was));
  }

  private static boolean isWhole(Vault vault, ObjectKey key, Kind kind) {
    try {
      return fault(vault, key, kind).isEmpty();
    } catch (StorageException e) {
      return false;
    }
  }

  /** Of what a newer program wrote, nothing can be said; it is left alone. */
  private static Optional<String> fault(Vault vault, ObjectKey key, Kind kind) {
    try {
      ObjectCopy.authenticate(vault, key, kind);
      return Optional.empty();
    } catch (NewerFormatException e) {
      return Optional.empty();
    } catch (RepositoryDamagedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (ObjectMissingException e) {
      return Optional.of("there is no such object");
    }
  }
}
