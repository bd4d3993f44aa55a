package io.holdfast.storage.local;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notices that another directory lies where the root was: a file system was mounted over it or
 * taken away, or it was renamed. That alone is no fault, for a disk may come back under another
 * number; then the object that says whose root it is has to be what it was. Thread-safe.
 */
final class Footing {
  private final Path root;
  private final Optional<ObjectKey> identityKey;
  private volatile @Nullable Known known;

  Footing(Path root, Optional<ObjectKey> identityKey) {
    this.root = root;
    this.identityKey = identityKey;
  }

  /**
   * @param version of the content of the identity key
   */
  private record Known(Directories.Identity directory, String version) {}

  /** Reads a whole object, and says which version it is; throws if that cannot be done. */
  @FunctionalInterface
  interface VersionReader {
    String read(ObjectKey key);
  }

  /** To be told after an object was read whole: the first reading of the identity key counts. */
  void wasRead(ObjectKey key, String version) throws IOException {
    if (known == null && identityKey.filter(key::equals).isPresent()) {
      known = new Known(Directories.identity(root), version);
    }
  }

  /**
   * @throws StorageException if the root is another one than at first
   * @throws IOException if it cannot be looked at
   */
  void check(VersionReader reader) throws IOException {
    Known first = known;
    if (first == null) {
      return;
    }
    Directories.Identity now = Directories.identity(root);
    if (now.equals(first.directory())) {
      return;
    }
    ObjectKey key = identityKey.orElseThrow();
    if (!reader.read(key).equals(first.version())) {
      throw new StorageException(
          "could not use "
              + root
              + ": another directory lies there than at first, and its "
              + key
              + " is not the one that was there",
          "Was something else mounted there, or the directory exchanged? Put the right one back; if"
              + " the change is meant, start again.",
          null);
    }
    known = new Known(now, first.version());
  }
}
