package io.holdfast.repository.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.Lease;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.lease.Leases;
import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Makes a backup known on another site than the one where it was written. There as here its
 * manifest exists only once all that it names does: packs are looked for, lease and manifest are
 * ordered as §10.1 of the format says.
 *
 * @param leases of the cluster on that site
 * @param presence the writer's lease there
 */
public record Announcement(Vault site, ClusterLayout layout, Leases leases, Lease presence) {
  /**
   * Brings the manifest of another site.
   *
   * @param whole what else it needs there
   * @return empty if the source has no such backup; false if the site lacks something that it needs
   */
  public Optional<Boolean> copy(Vault from, BackupId id, Predicate<Manifest> whole) {
    Optional<ManifestStore.Sealed> found = new ManifestStore(from, layout).sealed(id);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try {
      requirePacks(found.get().manifest());
    } catch (RepositoryDamagedException e) {
      return Optional.of(false);
    }
    if (!whole.test(found.get().manifest())) {
      return Optional.of(false);
    }
    make(found.get(), () -> whole.test(found.get().manifest()));
    return Optional.of(true);
  }

  /**
   * @throws RepositoryDamagedException naming a pack that is missing or has another size
   */
  void requirePacks(Manifest manifest) {
    PackCheck.requireThere(site.storage(), layout, manifest.packs());
  }

  /**
   * After {@link #requirePacks}.
   *
   * @param whole what else it needs there; was asked before, and is asked again
   */
  void make(ManifestStore.Sealed sealed, BooleanSupplier whole) {
    Protection.of(site.storage(), layout, sealed.manifest().packs());
    presence.ensureHeld();
    ManifestStore manifests = new ManifestStore(site, layout);
    try {
      manifests.createOrFind(sealed);
    } catch (StorageException e) {
      // It may come to be there yet, so nobody may take its packs for orphans too soon.
      presence.leave();
      throw e;
    }
    requireStillThere(sealed.manifest(), whole, manifests);
  }

  /**
   * Whoever deletes there takes a lease, looks at the manifests, deletes, and gives the lease back.
   * If he did not see this manifest, he has the lease still, or all that he deletes is gone by now;
   * hence the order. Of orphans he takes the writer's lease away before.
   */
  private void requireStillThere(
      Manifest manifest, BooleanSupplier whole, ManifestStore manifests) {
    try {
      presence.ensureHeld();
      leases.requireFree(ClusterLayout.REMOVAL);
      requirePacks(manifest);
      if (!whole.getAsBoolean()) {
        throw RepositoryDamagedException.of(
            layout.manifest(manifest.id()),
            "the WAL that the backup needs",
            "that some of it was removed meanwhile");
      }
    } catch (HoldfastException e) {
      if (e instanceof RepositoryDamagedException || e.status() == ExitStatus.LEASE_HELD) {
        manifests.delete(manifest.id());
      }
      throw e;
    }
  }
}
