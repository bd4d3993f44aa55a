package io.holdfast.repository.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.lease.Leases;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A backup's way to the further sites of a repository: its writer's lease there, from before the
 * first pack, and its manifest, once everything that it names is there. On each of them the order
 * of §10.1 of the format holds, as it does on the primary.
 */
public final class FurtherSites implements AutoCloseable {
  private final Vault vault;
  private final ClusterLayout layout;
  private final BackupId id;
  private final Function<Storage, ClusterArchive> archives;
  private final Function<Storage, Leases> leases;
  private final Map<String, Lease> presences = new ConcurrentHashMap<>();

  /**
   * @param archives the cluster as one site alone has it
   * @param leases of the cluster on one site
   */
  public FurtherSites(
      Vault vault,
      ClusterLayout layout,
      BackupId id,
      Function<Storage, ClusterArchive> archives,
      Function<Storage, Leases> leases) {
    this.vault = vault;
    this.layout = layout;
    this.id = id;
    this.archives = archives;
    this.leases = leases;
  }

  /** Takes the writer's lease on each of them. */
  public void begin() {
    LeaseOptions options = LeaseOptions.of("writing backup " + id);
    onEach(
        "begin backup " + id,
        site ->
            presences.put(
                site.name(),
                leases.apply(site.storage()).acquire(ClusterLayout.writerLease(id), options)));
  }

  /** Looks early whether what is going to be named is there, since hours may be in vain. */
  void inheriting(Manifest parent) {
    onEach(
        "inherit from backup " + parent.id(),
        site -> PackCheck.requireThere(site.storage(), layout, parent.packs()));
  }

  /** Creates the manifest where all is there that it names; the primary has it already. */
  void announce(ManifestStore.Sealed sealed, Predicate<ClusterArchive> elsewhere) {
    onEach("announce backup " + id, site -> announce(site, sealed, elsewhere));
  }

  private void announce(
      Site site, ManifestStore.Sealed sealed, Predicate<ClusterArchive> elsewhere) {
    Lease presence = presences.get(site.name());
    if (presence == null) {
      throw incomplete("that the site was not there when the backup began");
    }
    Announcement announcement =
        new Announcement(vault.on(site.storage()), layout, leases.apply(site.storage()), presence);
    announcement.requirePacks(sealed.manifest());
    ClusterArchive there = archives.apply(site.storage());
    if (!elsewhere.test(there)) {
      throw incomplete("that some of the backup's WAL is missing there");
    }
    announcement.make(sealed, () -> elsewhere.test(there));
  }

  private HoldfastException incomplete(String found) {
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "expected everything that backup " + id + " needs, found " + found);
  }

  private void onEach(String attempt, Consumer<Site> work) {
    vault.storage().copies().onFurther(attempt, work);
  }

  /** A lease that cannot be given back ends by itself; that is no failure of the backup. */
  @Override
  public void close() {
    presences.forEach((site, presence) -> {
      try {
        presence.close();
      } catch (HoldfastException e) {
        vault
            .storage()
            .copies()
            .warn("could not give back a lease on site " + site + ": " + e.getMessage());
      }
    });
  }
}
