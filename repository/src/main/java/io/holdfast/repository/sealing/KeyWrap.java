package io.holdfast.repository.sealing;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.repository.format.KeySlotFormat.Identity;
import io.holdfast.repository.format.KeySlotFormat.Slot;
import io.holdfast.repository.format.KeySlotFormat.Wrapping;
import io.holdfast.repository.format.LittleEndian;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Wraps the master key into slots, and takes it out of them. */
public final class KeyWrap {
  private static final byte[] NO_SALT = {};

  private KeyWrap() {}

  public static Slot toPassphrase(Keyring keys, Identity identity, Secret passphrase) {
    Wrapping.Argon2id kdf = PassphraseKey.fresh();
    return wrap(keys, identity, kdf, passphraseKey(identity, kdf, passphrase));
  }

  /**
   * @param publicKey {@code hfpub1…}
   */
  public static Slot toRecipient(Keyring keys, Identity identity, String publicKey) {
    byte[] recipient = Recipients.parsePublic(publicKey);
    byte[] ephemeralPrivate = X25519.newPrivateKey();
    Wrapping.Recipient to = new Wrapping.Recipient(recipient, X25519.publicKey(ephemeralPrivate));
    byte[] shared =
        X25519
            .agree(ephemeralPrivate, recipient)
            .orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.USAGE,
                    "could not use the recipient '"
                        + publicKey
                        + "': expected an X25519 public key, found a point of small order",
                    "Nothing is secret with such a key; do not use what it came from."));
    Arrays.fill(ephemeralPrivate, (byte) 0);
    return wrap(keys, identity, to, recipientKey(identity, to, shared));
  }

  /** The master key, if the passphrase is the slot's. */
  public static Optional<byte[]> open(Slot slot, Wrapping.Argon2id kdf, Secret passphrase) {
    return unwrap(slot, passphraseKey(slot.identity(), kdf, passphrase));
  }

  /** The master key, if the private key is the slot's recipient's. */
  public static Optional<byte[]> openPrivate(Slot slot, Wrapping.Recipient to, Secret text) {
    byte[] privateKey = Recipients.parsePrivate(text);
    try {
      if (!Arrays.equals(X25519.publicKey(privateKey), to.recipient())) {
        return Optional.empty();
      }
      return X25519
          .agree(privateKey, to.ephemeral())
          .flatMap(shared -> unwrap(slot, recipientKey(slot.identity(), to, shared)));
    } finally {
      Arrays.fill(privateKey, (byte) 0);
    }
  }

  /** The public key of a recipient's slot as text, "" for a passphrase's. */
  public static String publicKey(Slot slot) {
    return switch (slot.wrapping()) {
      case Wrapping.Argon2id kdf -> "";
      case Wrapping.Recipient to -> Recipients.format(to.recipient());
    };
  }

  private static byte[] passphraseKey(Identity identity, Wrapping.Argon2id kdf, Secret passphrase) {
    byte[] bytes = passphrase.bytes();
    try {
      return PassphraseKey.derive(identity.key(), kdf, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] recipientKey(Identity identity, Wrapping.Recipient to, byte[] shared) {
    byte[] salt = Arrays.copyOf(to.ephemeral(), 64);
    System.arraycopy(to.recipient(), 0, salt, 32, 32);
    try {
      return Hkdf.derive(
          shared,
          salt,
          32,
          "holdfast v1 x25519 slot",
          LittleEndian.bytes(identity.repository()),
          identity.id().getBytes(StandardCharsets.US_ASCII));
    } finally {
      Arrays.fill(shared, (byte) 0);
    }
  }

  private static Slot wrap(Keyring keys, Identity identity, Wrapping wrapping, byte[] key) {
    byte[] nonce = new byte[12];
    new SecureRandom().nextBytes(nonce);
    try {
      byte[] wrapped =
          cipher(Cipher.ENCRYPT_MODE, identity, wrapping, key, nonce).doFinal(keys.masterKey());
      return new Slot(identity, wrapping, nonce, wrapped, check(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("could not wrap the master key", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static Optional<byte[]> unwrap(Slot slot, byte[] key) {
    try {
      if (!MessageDigest.isEqual(check(key), slot.check())) {
        return Optional.empty();
      }
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, slot.identity(), slot.wrapping(), key, slot.nonce())
              .doFinal(slot.wrapped()));
    } catch (AEADBadTagException e) {
      throw new RepositoryDamagedException(
          "could not read "
              + slot.identity().key()
              + ": the key at hand is its key, but the slot was changed after it was written",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("could not unwrap the master key", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static Cipher cipher(
      int mode, Identity identity, Wrapping wrapping, byte[] key, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(KeySlotFormat.associatedData(identity, wrapping));
    return cipher;
  }

  private static byte[] check(byte[] key) {
    return Hkdf.derive(key, NO_SALT, 16, "holdfast v1 key check");
  }
}
