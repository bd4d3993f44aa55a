package io.holdfast.repository.archive;

import io.holdfast.repository.KeySlot;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.repository.format.KeySlotFormat.Identity;
import io.holdfast.repository.format.KeySlotFormat.Slot;
import io.holdfast.repository.lease.Leases;
import io.holdfast.repository.sealing.KeyWrap;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** The key slots of the open repository. */
final class StoredKeySlots implements KeySlots {
  private final SlotFolder folder;
  private final Keyring keys;
  private final Leases leases;
  private final InstantSource clock;

  StoredKeySlots(SlotFolder folder, Keyring keys, Leases leases, InstantSource clock) {
    this.folder = folder;
    this.keys = keys;
    this.leases = leases;
    this.clock = clock;
  }

  @Override
  public List<KeySlot> list() {
    FoundSlots found = folder.find();
    return Stream.concat(
            found.whole().stream().map(StoredKeySlots::told),
            found.damaged().keySet().stream().map(StoredKeySlots::damaged))
        .toList();
  }

  @Override
  public KeySlot openedBy() {
    return told(folder.openedBy());
  }

  @Override
  public KeySlot addPassphrase(Secret passphrase, String label) {
    return add(KeyWrap.toPassphrase(keys, identity(KeySlotFormat.PASSPHRASE, label), passphrase));
  }

  @Override
  public KeySlot addRecipient(String publicKey, String label) {
    return add(KeyWrap.toRecipient(keys, identity(KeySlotFormat.X25519, label), publicKey));
  }

  private Identity identity(String kind, String label) {
    return SlotFolder.identity(folder.description(), kind, label, clock.instant());
  }

  private KeySlot add(Slot slot) {
    folder.create(slot);
    return told(slot);
  }

  /** Under a lease: of two hosts that each remove one of the last two, only one may. */
  @Override
  public void remove(String id) {
    try (Lease lease = leases.acquire("keys", LeaseOptions.of("removing key slot " + id))) {
      List<KeySlot> slots = list();
      if (slots.stream().noneMatch(slot -> slot.id().equals(id))) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "could not remove key slot '" + id + "': expected it to exist, found no such slot",
            "`holdfast key list` shows the slots.");
      }
      if (slots.stream().noneMatch(slot -> opens(slot) && !slot.id().equals(id))) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not remove key slot "
                + id
                + ": expected another slot, found that it is the last",
            "Without a slot nobody can ever open the repository again. Add another key first.");
      }
      lease.ensureHeld();
      folder.storage().delete(KeySlotFormat.key(id));
    }
  }

  private static boolean opens(KeySlot slot) {
    return !slot.kind().equals(KeySlot.DAMAGED);
  }

  private static KeySlot damaged(ObjectKey key) {
    String name = key.name();
    String id = name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
    return new KeySlot(id, KeySlot.DAMAGED, "", Instant.EPOCH, "");
  }

  private static KeySlot told(Slot slot) {
    Identity identity = slot.identity();
    return new KeySlot(
        identity.id(),
        identity.kind(),
        identity.label(),
        identity.created(),
        KeyWrap.publicKey(slot));
  }
}
