package io.holdfast.repository.archive;

import io.holdfast.repository.KeySlots;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.DescriptionFormat.Description;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.repository.format.KeySlotFormat.Identity;
import io.holdfast.repository.format.KeySlotFormat.Slot;
import io.holdfast.repository.lease.Leases;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.Storage;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The objects that hold key slots. Thread-safe. */
record SlotFolder(Storage storage, Description description, Slot openedBy) {
  KeySlots slots(Keyring keys, Leases leases, InstantSource clock) {
    return new StoredKeySlots(this, keys, leases, clock);
  }

  /** Keys of all slot objects, of this repository or another. */
  static List<ObjectKey> keys(Storage storage) {
    List<ObjectKey> keys = new ArrayList<>();
    storage.list(KeySlotFormat.FOLDER, stat -> keys.add(stat.key()));
    return keys;
  }

  /** A new slot's identity. */
  static Identity identity(Description description, String kind, String label, Instant now) {
    byte[] id = new byte[8];
    new SecureRandom().nextBytes(id);
    return new Identity(
        description.repository(),
        description.encryption(),
        HexFormat.of().formatHex(id),
        kind,
        label,
        now);
  }

  /** Creates the slot's object and reads it back: a person will rely on it one day. */
  void create(Slot slot) {
    ObjectKey key = slot.identity().key();
    byte[] written = KeySlotFormat.encode(slot);
    storage.create(key, written);
    if (!Arrays.equals(storage.read(key).content(), written)) {
      throw RepositoryDamagedException.of(key, "what was just written", "other bytes");
    }
  }

  static Optional<Slot> read(Storage storage, ObjectKey key) {
    try {
      return Optional.of(KeySlotFormat.decode(storage.read(key).content(), key));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
  }

  /**
   * The slots of this repository; those of another one (left by an init that was killed) are not
   * ours. A damaged one is an exception.
   */
  List<Slot> read() {
    List<Slot> slots = new ArrayList<>();
    for (ObjectKey key : keys(storage)) {
      read(storage, key).filter(this::isOurs).ifPresent(slots::add);
    }
    return slots;
  }

  private boolean isOurs(Slot slot) {
    return slot.identity().repository().equals(description.repository());
  }
}
