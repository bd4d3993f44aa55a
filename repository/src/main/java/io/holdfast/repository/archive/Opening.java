package io.holdfast.repository.archive;

import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.DescriptionFormat;
import io.holdfast.repository.format.DescriptionFormat.Description;
import io.holdfast.repository.format.KeySlotFormat.Slot;
import io.holdfast.repository.format.KeySlotFormat.Wrapping;
import io.holdfast.repository.sealing.KeyWrap;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import io.holdfast.vocabulary.Together;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Opens repositories. */
record Opening(Storage storage, InstantSource clock) {
  Repository open(KeySource source) {
    Found found = found();
    Description description = found.description();
    Storage permitted = description.writable() ? storage : new ReadOnlyStorage(storage);
    if (!description.encrypted()) {
      requireNone(found.slots());
      Keyring none = Keyring.unencrypted(description.repository());
      return new OpenRepository(description, permitted, none, null, clock);
    }
    Unlocked unlocked =
        unlock(storage, description, FoundSlots.read(storage, found.slots(), description), source);
    SlotFolder folder = new SlotFolder(permitted, description, unlocked.slot());
    return new OpenRepository(description, permitted, unlocked.keys(), folder, clock);
  }

  /** What the description says, and the names of the key slots, which are wanted in any case. */
  private record Found(Description description, List<ObjectKey> slots) {}

  private Found found() {
    return Together.both(this::describe, () -> FoundSlots.names(storage), Found::new);
  }

  /** The storage, if it is of the same repository, as far as it may be used. */
  Storage sameAs(Description opened) {
    Description description = describe();
    if (!description.repository().equals(opened.repository())
        || description.encrypted() != opened.encrypted()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not use "
              + storage.description()
              + ": expected repository "
              + opened.repository()
              + ", found repository "
              + description.repository(),
          "It belongs to something else. Give this site another place in the configuration.");
    }
    return description.writable() ? storage : new ReadOnlyStorage(storage);
  }

  private Description describe() {
    try {
      return DescriptionFormat.decode(storage.read(DescriptionFormat.KEY).content());
    } catch (ObjectMissingException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not open the repository at "
              + storage.description()
              + ": expected holdfast.json, found no repository",
          "Check the address, and whether its file system is mounted. What other sites have,"
              + " `holdfast sync SITE --from OTHER` brings back. If there never was one, `holdfast init`"
              + " makes it.",
          e);
    }
  }

  /** Whoever writes "none" over an encrypted repository must not get plain text from us. */
  private void requireNone(List<ObjectKey> slots) {
    if (!slots.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not open the repository at "
              + storage.description()
              + ": expected no key slots in one that says it is unencrypted, found some",
          "It was encrypted, and holdfast.json was replaced. Restore holdfast.json from a copy.");
    }
  }

  /** A slot that opened, and what was in it. */
  record Unlocked(Slot slot, Keyring keys) {}

  /** Tries the keys at hand against the slots that they may fit. */
  static Unlocked unlock(Storage storage, Description description, KeySource source) {
    return unlock(storage, description, FoundSlots.read(storage, description), source);
  }

  private static Unlocked unlock(
      Storage storage, Description description, FoundSlots slots, KeySource source) {
    KeySource.Keys keys =
        switch (source) {
          case KeySource.Keys given -> given;
          case KeySource.None none -> new KeySource.Keys(List.of(), List.of());
        };
    for (Slot slot : recipientsFirst(slots.whole())) {
      Optional<byte[]> master = open(slot, keys, slots);
      if (master.isPresent()) {
        return new Unlocked(
            slot, Keyring.encrypted(description.repository(), master.orElseThrow()));
      }
    }
    throw refusal(storage, slots, keys);
  }

  /** A slot that was forged, or made by rules of later, is put aside with the damaged ones. */
  private static Optional<byte[]> open(Slot slot, KeySource.Keys keys, FoundSlots slots) {
    try {
      return open(slot, keys);
    } catch (RepositoryDamagedException e) {
      slots.damaged().put(slot.identity().key(), e);
      return Optional.empty();
    }
  }

  private static Optional<byte[]> open(Slot slot, KeySource.Keys keys) {
    return switch (slot.wrapping()) {
      case Wrapping.Argon2id kdf -> first(keys.passphrases(), key -> KeyWrap.open(slot, kdf, key));
      case Wrapping.Recipient to ->
          first(keys.privateKeys(), key -> KeyWrap.openPrivate(slot, to, key));
    };
  }

  private static Optional<byte[]> first(
      List<Secret> keys, Function<Secret, Optional<byte[]>> open) {
    return keys.stream().map(open).flatMap(Optional::stream).findFirst();
  }

  /** A private key is tried at once, a passphrase takes a while. */
  private static List<Slot> recipientsFirst(List<Slot> slots) {
    return slots.stream()
        .sorted(
            Comparator.comparingInt(slot -> slot.wrapping() instanceof Wrapping.Argon2id ? 1 : 0))
        .toList();
  }

  private static HoldfastException refusal(Storage storage, FoundSlots slots, KeySource.Keys keys) {
    String attempt = "could not open the encrypted repository at " + storage.description() + ": ";
    if (!slots.damaged().isEmpty()) {
      RepositoryDamagedException first = slots.damaged().firstEntry().getValue();
      return new RepositoryDamagedException(
          attempt
              + "no key at hand opens it, and "
              + slots.damaged().size()
              + " key slots are damaged, the first: "
              + first.getMessage(),
          first);
    }
    if (slots.whole().isEmpty()) {
      return new RepositoryDamagedException(attempt + "expected key slots, found none", null);
    }
    boolean none = keys.passphrases().isEmpty() && keys.privateKeys().isEmpty();
    return new HoldfastException(
        ExitStatus.USAGE,
        attempt
            + "expected a key to one of its "
            + slots.whole().size()
            + " slots, found "
            + (none ? "none at hand" : "that none of those at hand opens it"),
        "Check the passphrase or private key; `holdfast key check` tries it.");
  }
}
