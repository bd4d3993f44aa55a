package io.holdfast.repository.sync;

import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SyncRequest;
import io.holdfast.repository.container.ContainerReader;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Copies one immutable object from site to site. It counts as copied once the copy was read back at
 * the destination, every frame of it authenticated, up to its end; an object whose container this
 * program does not know is compared with the SHA-256 of what was read.
 */
public final class ObjectCopy {
  private static final int PIECE = 256 << 10;

  private final Vault from;
  private final Vault to;

  public ObjectCopy(Vault from, Vault to) {
    this.from = from;
    this.to = to;
  }

  /**
   * @throws RepositoryDamagedException if what came to lie there is damaged; it was taken away
   *     again
   * @throws io.holdfast.storage.ObjectMissingException if the source has it no more
   * @throws ObjectExistsException if the destination has one meanwhile
   */
  public long copy(ObjectKey key, Kind kind, SyncRequest.Watcher watcher)
      throws InterruptedException {
    MessageDigest read = sha256();
    long length = transfer(key, watcher, read);
    try {
      authenticate(to, key, kind, read.digest());
    } catch (RepositoryDamagedException e) {
      // Nobody was told of it yet, and it says nothing that the source does not say better.
      to.storage().delete(key);
      throw e;
    }
    return length;
  }

  private long transfer(ObjectKey key, SyncRequest.Watcher watcher, MessageDigest digest)
      throws InterruptedException {
    try (InputStream in = from.storage().stream(key, 0);
        ObjectWriter out = to.storage().write(key)) {
      byte[] piece = new byte[PIECE];
      for (int read = in.readNBytes(piece, 0, PIECE);
          read > 0;
          read = in.readNBytes(piece, 0, PIECE)) {
        watcher.before(read);
        digest.update(piece, 0, read);
        out.write(piece, 0, read);
        watcher.copied(read);
      }
      out.commit();
      return out.position();
    } catch (IOException e) {
      throw unreadable(from.storage(), key, e);
    }
  }

  /** Whether the object opens, all of it. */
  public static void authenticate(Vault vault, ObjectKey key, Kind kind) {
    vault
        .frames()
        .opening(opener -> {
          try (ContainerReader reader =
              ContainerReader.open(vault.storage(), key, kind, vault.keys(), opener)) {
            while (reader.next()) {
              byte[] _ = reader.content();
            }
            return reader.offset();
          }
        });
  }

  private static void authenticate(Vault vault, ObjectKey key, Kind kind, byte[] sha256) {
    try {
      authenticate(vault, key, kind);
    } catch (NewerFormatException e) {
      requireSame(vault.storage(), key, sha256);
    }
  }

  private static void requireSame(Storage storage, ObjectKey key, byte[] sha256) {
    MessageDigest found = sha256();
    try (InputStream in = storage.stream(key, 0)) {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        found.update(piece, 0, read);
      }
    } catch (IOException e) {
      throw unreadable(storage, key, e);
    }
    if (!Arrays.equals(found.digest(), sha256)) {
      throw RepositoryDamagedException.of(key, "what was just written", "other bytes");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static StorageException unreadable(Storage storage, ObjectKey key, IOException e) {
    return new StorageException(
        "could not read " + key + " from " + storage.description(), null, e);
  }
}
