package io.holdfast.repository.sealing;

import io.holdfast.repository.format.LittleEndian;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an open repository seals with: its master key, or none. Everything is derived from it by
 * HKDF-SHA256 with a purpose and the ids. Thread-safe; closing overwrites the master key.
 */
public final class Keyring implements AutoCloseable {
  private static final byte[] NO_SALT = {};

  private final UUID repository;
  private final byte @Nullable [] master;
  private volatile boolean closed;

  private Keyring(UUID repository, byte @Nullable [] master) {
    this.repository = repository;
    this.master = master;
  }

  /** Takes the array over. */
  public static Keyring encrypted(UUID repository, byte[] master) {
    return new Keyring(repository, master);
  }

  public static Keyring unencrypted(UUID repository) {
    return new Keyring(repository, null);
  }

  /** 32 random bytes. */
  public static byte[] newMasterKey() {
    byte[] master = new byte[32];
    new SecureRandom().nextBytes(master);
    return master;
  }

  public UUID repository() {
    return repository;
  }

  public boolean encrypted() {
    return master != null;
  }

  public Sealer newSealer() {
    return encrypted() ? new GcmSealer(this) : new ChecksumSealer();
  }

  /** The seed of chunk fingerprints: secret where the repository is encrypted. */
  public long fingerprintSeed() {
    byte[] id = LittleEndian.bytes(repository);
    if (master != null) {
      byte[] seed = Hkdf.derive(masterKey(), NO_SALT, 8, "holdfast v1 fingerprint", id);
      return LittleEndian.getLong(seed, 0);
    }
    try {
      return LittleEndian.getLong(MessageDigest.getInstance("SHA-256").digest(id), 0);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }

  /** What decides where streams are cut: secret where the repository is encrypted. */
  public byte[] cuttingTable(int length) {
    byte[] id = LittleEndian.bytes(repository);
    return Hkdf.derive(
        master != null ? masterKey() : id, NO_SALT, length, "holdfast v1 content cutting", id);
  }

  byte[] containerKey(UUID container) {
    return Hkdf.derive(
        masterKey(),
        NO_SALT,
        32,
        "holdfast v1 container",
        LittleEndian.bytes(repository),
        LittleEndian.bytes(container));
  }

  /** For wrapping into a key slot. */
  byte[] masterKey() {
    byte[] key = master;
    if (key == null || closed) {
      throw new IllegalStateException(
          key == null ? "the repository has no keys" : "the repository is closed");
    }
    return key;
  }

  @Override
  public void close() {
    closed = true;
    if (master != null) {
      Arrays.fill(master, (byte) 0);
    }
  }
}
