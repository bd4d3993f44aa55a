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
import io.holdfast.storage.Storage;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/** The objects that hold key slots. Thread-safe. */
record SlotFolder(Storage storage, Description description, Slot openedBy) {
  KeySlots slots(Keyring keys, Leases leases, InstantSource clock) {
    return new StoredKeySlots(this, keys, leases, clock);
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

  /** Reads names only. */
  static Set<String> ids(Storage storage) {
    Set<String> ids = new TreeSet<>();
    storage.list(
        KeySlotFormat.FOLDER, stat -> ids.add(stat.key().name().replaceFirst("\\.json$", "")));
    return ids;
  }

  FoundSlots find() {
    return FoundSlots.read(storage, description);
  }
}
