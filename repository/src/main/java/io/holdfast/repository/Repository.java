package io.holdfast.repository;

import io.holdfast.repository.archive.FurtherSite;
import io.holdfast.repository.archive.OpenRepository;
import io.holdfast.repository.format.RepositoryPlacement;
import io.holdfast.storage.Placement;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Where backups rest: one logical content on a site. Opening checks the format version and the key
 * and reads nothing else. Thread-safe. Closing forgets the keys and leaves the storage to its
 * owner.
 */
public interface Repository extends AutoCloseable {
  /**
   * Creates a repository: its first key slot, then its description, which makes it exist.
   *
   * @param first opens it from now on (its first passphrase, else its first private key); {@link
   *     KeySource.None} makes an unencrypted repository
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if one is there already
   */
  static Repository create(Storage storage, KeySource first, String label, InstantSource clock) {
    return OpenRepository.create(storage, first, label, clock);
  }

  /**
   * @throws io.holdfast.vocabulary.HoldfastException (usage) if there is no repository or no key at
   *     hand opens it; (refused) if its format is newer than this program
   */
  static Repository open(Storage storage, KeySource keys, InstantSource clock) {
    return OpenRepository.open(storage, keys, clock);
  }

  /**
   * Makes {@code to} another site of the repository on {@code from}, with the same keys; nothing is
   * opened. What the repository holds is not copied.
   *
   * @return false if it is one already
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if it belongs to another repository
   */
  static boolean found(Storage from, Storage to) {
    return new FurtherSite(from, to).found();
  }

  /** Which of its objects lie on all of its sites, where it has several. */
  static Placement placement() {
    return new RepositoryPlacement();
  }

  /** Whether a repository lies there; nothing is opened. */
  static boolean exists(Storage storage) {
    return OpenRepository.exists(storage);
  }

  UUID id();

  String description();

  boolean encrypted();

  /** Empty for an unencrypted repository. */
  Optional<KeySlots> keySlots();

  /** Ids of all key slots that lie there, by name alone; empty for an unencrypted repository. */
  Set<String> keySlotIds();

  /** Names of clusters that hold anything. */
  List<String> clusters();

  ClusterArchive cluster(String name);

  /**
   * A family of sealed objects that belong to no cluster alone, such as "runs"; see {@link
   * SealedObjects}.
   */
  SealedObjects objects(String area);

  /**
   * Takes a lease that concerns no cluster alone, or a dead holder's.
   *
   * @throws LeaseHeldException if a live one holds it
   */
  Lease acquire(String name, LeaseOptions options);

  /** Who holds that one, if anybody alive does. */
  Optional<LeaseHolder> holder(String name);

  /** The live holders of leases that concern no cluster alone, by the lease's name. */
  Map<String, LeaseHolder> holders();

  /**
   * The same repository as it lies on one site alone, with the keys of this one, which has to stay
   * open; closing it is not needed.
   *
   * @throws io.holdfast.vocabulary.HoldfastException (refused) if another repository lies there;
   *     (usage) if none does
   */
  Repository on(Storage site);

  /**
   * Reads everything that a site has of a cluster, and puts good copies from the others in the
   * place of what is damaged or missing there.
   *
   * @throws LeaseHeldException if a sync or another repair of that site is running
   */
  RepairReport repair(String cluster, Storage site, List<Site> others, SyncRequest.Watcher watcher)
      throws InterruptedException;

  /**
   * Brings another site to hold what this repository's site holds; {@link #found} comes before it.
   * Only adds, and can be interrupted anywhere.
   *
   * @throws LeaseHeldException if another sync of that site is running
   */
  SyncReport syncTo(Storage destination, SyncRequest request) throws InterruptedException;

  @Override
  void close();
}
