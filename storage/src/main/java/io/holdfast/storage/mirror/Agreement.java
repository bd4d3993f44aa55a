package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Versioned;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Brings a further site to hold what the primary holds, one object at a time. */
final class Agreement {
  private static final int PIECE = 256 << 10;
  private static final int ATTEMPTS = 200;

  private final Storage primary;
  private final Storage site;

  Agreement(Storage primary, Storage site) {
    this.primary = primary;
    this.site = site;
  }

  /** Creates an immutable object of which the primary has this content already. */
  void create(ObjectKey key, byte[] content) {
    try {
      site.create(key, content);
    } catch (ObjectExistsException e) {
      requireSame(key);
    }
  }

  /**
   * Copies an immutable object of the primary where it is missing; what is there must be the same.
   */
  void copy(ObjectKey key) {
    if (site.stat(key).isPresent()) {
      requireSame(key);
      return;
    }
    try (InputStream in = primary.stream(key, 0);
        ObjectWriter out = site.write(key)) {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        out.write(piece, 0, read);
      }
      out.commit();
    } catch (ObjectExistsException e) {
      requireSame(key);
    } catch (ObjectMissingException e) {
      // Deleted on the primary meanwhile: then there is nothing to copy.
    } catch (IOException e) {
      throw unreadable(key, e);
    }
  }

  /**
   * @throws StorageException if the two differ; neither was touched
   */
  void requireSame(ObjectKey key) {
    Optional<ObjectStat> ours = primary.stat(key);
    Optional<ObjectStat> theirs = site.stat(key);
    if (ours.isEmpty() || theirs.isEmpty()) {
      return;
    }
    boolean same = ours.get().size() == theirs.get().size();
    if (same) {
      try (InputStream one = primary.stream(key, 0);
          InputStream other = site.stream(key, 0)) {
        same = same(one, other);
      } catch (ObjectMissingException e) {
        return;
      } catch (IOException e) {
        throw unreadable(key, e);
      }
    }
    if (!same) {
      throw new StorageException(
          "could not store "
              + key
              + " on "
              + site.description()
              + ": expected it to be free or to hold what "
              + primary.description()
              + " holds, found other bytes, which were left alone",
          "`holdfast verify` tells which of the two is damaged. If neither is, the sites were"
              + " written to apart from each other.",
          null);
    }
  }

  private static boolean same(InputStream one, InputStream other) throws IOException {
    while (true) {
      byte[] piece = one.readNBytes(PIECE);
      if (!Arrays.equals(piece, other.readNBytes(PIECE))) {
        return false;
      }
      if (piece.length == 0) {
        return true;
      }
    }
  }

  private StorageException unreadable(ObjectKey key, IOException e) {
    return new StorageException(
        "could not copy "
            + key
            + " from "
            + primary.description()
            + " to "
            + site.description()
            + ": "
            + e.getMessage(),
        null,
        e);
  }

  /**
   * Makes a mutable object what it is on the primary, or be gone as there. The site's version is
   * read before the primary's and replaced only if it still is that, so whoever comes late with an
   * old content loses, and looks again.
   */
  void follow(ObjectKey key) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Versioned> theirs = find(site, key);
      Optional<Versioned> ours = find(primary, key);
      if (isSame(ours, theirs)) {
        return;
      }
      move(key, theirs, ours);
    }
    throw new StorageException(
        "could not bring "
            + key
            + " on "
            + site.description()
            + " up to date: it changed "
            + ATTEMPTS
            + " times meanwhile",
        null,
        null);
  }

  private void move(ObjectKey key, Optional<Versioned> theirs, Optional<Versioned> ours) {
    if (ours.isEmpty()) {
      theirs.ifPresent(found -> site.deleteIf(key, found.version()));
    } else if (theirs.isPresent()) {
      site.replace(key, theirs.get().version(), ours.get().content());
    } else {
      try {
        site.create(key, ours.get().content());
      } catch (ObjectExistsException e) {
        // Somebody was faster; the next look tells with what.
      }
    }
  }

  private static boolean isSame(Optional<Versioned> one, Optional<Versioned> other) {
    return one.isPresent() == other.isPresent()
        && one.flatMap(found -> other.filter(its -> !Arrays.equals(found.content(), its.content())))
            .isEmpty();
  }

  private static Optional<Versioned> find(Storage storage, ObjectKey key) {
    try {
      return Optional.of(storage.read(key));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
  }
}
