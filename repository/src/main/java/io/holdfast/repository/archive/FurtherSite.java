package io.holdfast.repository.archive;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.DescriptionFormat;
import io.holdfast.repository.format.DescriptionFormat.Description;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Versioned;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Makes a place another site of a repository: the same key slots, then the same description, which
 * makes it exist. Killed in between, slots remain that open nothing yet. A site that it is already
 * is given the key slots that it lacks.
 */
public record FurtherSite(Storage from, Storage to) {
  /**
   * @return false if it is one already
   * @throws HoldfastException (refused) if it belongs to another repository
   */
  public boolean found() {
    byte[] text = from.read(DescriptionFormat.KEY).content();
    Description ours = DescriptionFormat.decode(text);
    if (isThere(ours)) {
      copyKeys();
      return false;
    }
    if (!ours.encrypted() && FoundSlots.any(to)) {
      throw refusal("an empty place, found key slots of another repository");
    }
    copyKeys();
    if (ours.encrypted() && FoundSlots.read(to, ours).whole().isEmpty()) {
      throw new RepositoryDamagedException(
          "could not make "
              + to.description()
              + " a site: expected key slots to copy from "
              + from.description()
              + ", found none that is whole",
          null);
    }
    create(DescriptionFormat.KEY, text);
    return true;
  }

  /** Adds what is missing. What was removed here is not removed there: it may be lost here. */
  private void copyKeys() {
    from.list(KeySlotFormat.FOLDER, stat -> copySlot(stat.key()));
  }

  /** A slot that is damaged here is left to be told by whoever opens this site. */
  private void copySlot(ObjectKey key) {
    byte[] content = from.read(key).content();
    if (isWhole(content, key)) {
      create(key, content);
    }
  }

  private static boolean isWhole(byte[] slot, ObjectKey key) {
    try {
      KeySlotFormat.decode(slot, key);
      return true;
    } catch (RepositoryDamagedException e) {
      return false;
    }
  }

  private boolean isThere(Description ours) {
    Optional<Description> theirs;
    try {
      theirs = Optional.of(DescriptionFormat.decode(to.read(DescriptionFormat.KEY).content()));
    } catch (ObjectMissingException e) {
      return false;
    }
    if (!theirs.get().repository().equals(ours.repository())) {
      throw refusal(
          "an empty place or repository "
              + ours.repository()
              + ", found repository "
              + theirs.get().repository());
    }
    return true;
  }

  private void create(ObjectKey key, byte[] content) {
    boolean ours = true;
    try {
      to.create(key, content);
    } catch (ObjectExistsException e) {
      ours = false;
    }
    Versioned found = to.read(key);
    if (Arrays.equals(found.content(), content)) {
      return;
    }
    if (ours) {
      to.delete(key);
    } else if (!isWhole(found.content(), key) && to.replace(key, found.version(), content)) {
      return;
    }
    throw RepositoryDamagedException.of(key, "what is on " + from.description(), "other bytes");
  }

  private HoldfastException refusal(String found) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not make "
            + to.description()
            + " a site of the repository at "
            + from.description()
            + ": expected "
            + found,
        "Choose another place for this site.");
  }
}
