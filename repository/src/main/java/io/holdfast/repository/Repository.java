package io.holdfast.repository;

import io.holdfast.repository.archive.OpenRepository;
import io.holdfast.storage.Storage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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

  /** Whether a repository lies there; nothing is opened. */
  static boolean exists(Storage storage) {
    return OpenRepository.exists(storage);
  }

  UUID id();

  String description();

  boolean encrypted();

  /** Empty for an unencrypted repository. */
  Optional<KeySlots> keySlots();

  /** Names of clusters that hold anything. */
  List<String> clusters();

  ClusterArchive cluster(String name);

  @Override
  void close();
}
