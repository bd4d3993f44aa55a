package io.holdfast.repository.archive;

import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.backup.WriterVersion;
import io.holdfast.repository.format.DescriptionFormat;
import io.holdfast.repository.format.DescriptionFormat.Description;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.repository.format.KeySlotFormat.Slot;
import io.holdfast.repository.sealing.KeyWrap;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.repository.sealing.Recipients;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Creates repositories. The key slot comes first and {@code holdfast.json} last: it makes the
 * repository exist, and from then on there is a key to it. Killed in between, a slot of a
 * repository that never was remains, and harms nobody.
 */
record Founding(Storage storage, InstantSource clock) {
  Repository create(KeySource first, String label) {
    if (storage.stat(DescriptionFormat.KEY).isPresent()) {
      throw exists(null);
    }
    return switch (first) {
      case KeySource.None none -> unencrypted();
      case KeySource.Keys keys -> encrypted(keys, label);
    };
  }

  private Repository unencrypted() {
    if (FoundSlots.any(storage)) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not create an unencrypted repository at "
              + storage.description()
              + ": expected an empty place, found key slots of another repository",
          "Choose another place, or remove what is left there.");
    }
    Description description = description(DescriptionFormat.NONE);
    try {
      publish(description);
    } catch (ObjectExistsException e) {
      throw exists(e);
    }
    return new OpenRepository(
        description, storage, Keyring.unencrypted(description.repository()), null, clock);
  }

  private Repository encrypted(KeySource.Keys first, String label) {
    Description description = description(DescriptionFormat.AES);
    Keyring keys = Keyring.encrypted(description.repository(), Keyring.newMasterKey());
    Slot slot = slot(description, keys, first, label);
    SlotFolder folder = new SlotFolder(storage, description, slot);
    folder.create(slot);
    // Opened from what was read back, before anything relies on it.
    Opening.unlock(storage, description, first).keys().close();
    try {
      publish(description);
    } catch (ObjectExistsException e) {
      // Only now is holdfast.json certainly not ours. After a lost answer it may be, and then this
      // slot is the only key to it.
      storage.delete(slot.identity().key());
      throw exists(e);
    }
    return new OpenRepository(description, storage, keys, folder, clock);
  }

  private Slot slot(Description description, Keyring keys, KeySource.Keys first, String label) {
    if (!first.passphrases().isEmpty()) {
      return KeyWrap.toPassphrase(
          keys,
          SlotFolder.identity(description, KeySlotFormat.PASSPHRASE, label, clock.instant()),
          first.passphrases().getFirst());
    }
    if (!first.privateKeys().isEmpty()) {
      Secret privateKey = first.privateKeys().getFirst();
      return KeyWrap.toRecipient(
          keys,
          SlotFolder.identity(description, KeySlotFormat.X25519, label, clock.instant()),
          Recipients.publicKey(privateKey));
    }
    throw new HoldfastException(
        ExitStatus.USAGE,
        "could not create an encrypted repository: expected a passphrase or a private key, found"
            + " neither",
        "Give one, or ask for an unencrypted repository in so many words.");
  }

  private Description description(String encryption) {
    return new Description(
        DescriptionFormat.VERSION,
        DescriptionFormat.VERSION,
        UUID.randomUUID(),
        clock.instant(),
        encryption,
        WriterVersion.text());
  }

  private void publish(Description description) {
    byte[] written = DescriptionFormat.encode(description);
    storage.create(DescriptionFormat.KEY, written);
    if (!Arrays.equals(storage.read(DescriptionFormat.KEY).content(), written)) {
      storage.delete(DescriptionFormat.KEY);
      throw RepositoryDamagedException.of(
          DescriptionFormat.KEY, "what was just written", "other bytes");
    }
  }

  private HoldfastException exists(@Nullable Throwable cause) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not create a repository at "
            + storage.description()
            + ": expected none there, found one",
        "Use it as it is, or choose another place.",
        cause);
  }
}
