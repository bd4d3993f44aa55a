package io.holdfast.repository.archive;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.DescriptionFormat.Description;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.repository.format.KeySlotFormat.Slot;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectTooLargeException;
import io.holdfast.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The key slots as they lie there. Damaged ones are kept aside, for another may open the
 * repository. Slots of another repository (left by an init that was killed) and kinds that a newer
 * program made are not for us.
 */
record FoundSlots(List<Slot> whole, SortedMap<ObjectKey, RepositoryDamagedException> damaged) {
  static FoundSlots read(Storage storage, Description description) {
    FoundSlots found = new FoundSlots(new ArrayList<>(), new TreeMap<>());
    storage.list(KeySlotFormat.FOLDER, stat -> found.read(storage, stat.key(), description));
    return found;
  }

  private void read(Storage storage, ObjectKey key, Description description) {
    try {
      KeySlotFormat.decode(storage.read(key).content(), key)
          .filter(slot -> slot.identity().repository().equals(description.repository()))
          .ifPresent(whole::add);
    } catch (ObjectMissingException e) {
      // Removed since it was listed.
    } catch (ObjectTooLargeException e) {
      damaged.put(key, new RepositoryDamagedException(String.valueOf(e.getMessage()), e));
    } catch (RepositoryDamagedException e) {
      damaged.put(key, e);
    }
  }

  static boolean any(Storage storage) {
    List<ObjectKey> keys = new ArrayList<>();
    storage.list(KeySlotFormat.FOLDER, stat -> keys.add(stat.key()));
    return !keys.isEmpty();
  }
}
