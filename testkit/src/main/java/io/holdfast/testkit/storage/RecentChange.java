package io.holdfast.testkit.storage;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storage;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The last create or delete, so that a listing can be told as it was before. */
final class RecentChange {
  private @Nullable ObjectKey created;
  private @Nullable ObjectStat deleted;

  synchronized void created(ObjectKey key) {
    created = key;
    deleted = null;
  }

  synchronized void deleted(ObjectStat stat) {
    created = null;
    deleted = stat;
  }

  synchronized void staleList(Storage below, String prefix, Consumer<ObjectStat> consumer) {
    TreeMap<ObjectKey, ObjectStat> found = new TreeMap<>();
    below.list(prefix, stat -> found.put(stat.key(), stat));
    if (created != null) {
      found.remove(created);
    }
    if (deleted != null && (prefix.isEmpty() || deleted.key().text().startsWith(prefix + "/"))) {
      found.put(deleted.key(), deleted);
    }
    found.values().forEach(consumer);
  }
}
