package io.holdfast.repository.archive;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.DescriptionFormat.Description;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.repository.format.KeySlotFormat.Slot;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectTooLargeException;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The key slots as they lie there. Damaged ones are kept aside, for another may open the
 * repository. Slots of another repository (left by an init that was killed) and kinds that a newer
 * program made are not for us.
 */
record FoundSlots(List<Slot> whole, SortedMap<ObjectKey, RepositoryDamagedException> damaged) {
  static FoundSlots read(Storage storage, Description description) {
    return read(storage, names(storage), description);
  }

  /** As above, where the names are known already. */
  static FoundSlots read(Storage storage, List<ObjectKey> names, Description description) {
    FoundSlots found = new FoundSlots(new ArrayList<>(), new TreeMap<>());
    Together.ask(names, key -> found(storage, key)).forEach(each -> each.addTo(found, description));
    return found;
  }

  static List<ObjectKey> names(Storage storage) {
    List<ObjectKey> names = new ArrayList<>();
    storage.list(KeySlotFormat.FOLDER, stat -> names.add(stat.key()));
    return names;
  }

  static boolean any(Storage storage) {
    return !names(storage).isEmpty();
  }

  /** What lies under a name: a slot, one that is damaged, or nothing that we know. */
  private record Found(
      ObjectKey key, Optional<Slot> slot, Optional<RepositoryDamagedException> damage) {
    void addTo(FoundSlots all, Description description) {
      slot.filter(each -> each.identity().repository().equals(description.repository()))
          .ifPresent(all.whole()::add);
      damage.ifPresent(each -> all.damaged().put(key, each));
    }
  }

  private static Found found(Storage storage, ObjectKey key) {
    try {
      return new Found(
          key, KeySlotFormat.decode(storage.read(key).content(), key), Optional.empty());
    } catch (ObjectMissingException e) {
      // Removed since it was listed.
      return new Found(key, Optional.empty(), Optional.empty());
    } catch (ObjectTooLargeException e) {
      return damaged(key, new RepositoryDamagedException(String.valueOf(e.getMessage()), e));
    } catch (RepositoryDamagedException e) {
      return damaged(key, e);
    }
  }

  private static Found damaged(ObjectKey key, RepositoryDamagedException damage) {
    return new Found(key, Optional.empty(), Optional.of(damage));
  }
}
