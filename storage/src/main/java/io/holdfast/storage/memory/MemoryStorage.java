package io.holdfast.storage.memory;

import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectTooLargeException;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Version;
import io.holdfast.storage.Versioned;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** Objects in memory. Keeps every promise but to survive the process. */
public final class MemoryStorage implements Storage {
  private final String name;
  private final ConcurrentSkipListMap<ObjectKey, Item> items = new ConcurrentSkipListMap<>();

  private MemoryStorage(String name) {
    this.name = name;
  }

  /** Two of the same name share nothing. */
  public static Storage named(String name) {
    return new MemoryStorage(name);
  }

  private record Item(byte[] content, Instant modified) {
    static Item of(byte[] content) {
      return new Item(content, Instant.now());
    }

    boolean isAt(String version) {
      return Version.of(content).equals(version);
    }
  }

  @Override
  public String description() {
    return "memory:" + name;
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    if (items.putIfAbsent(key, Item.of(content.clone())) != null) {
      throw new ObjectExistsException(description(), key);
    }
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return new MemoryWriter(this, key);
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    Item old = items.get(key);
    return old != null && old.isAt(expected) && items.replace(key, old, Item.of(content.clone()));
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    Item old = items.get(key);
    return old != null && old.isAt(expected) && items.remove(key, old);
  }

  @Override
  public Versioned read(ObjectKey key) {
    byte[] content = item(key).content();
    if (content.length > SMALL) {
      throw new ObjectTooLargeException(description(), key);
    }
    return new Versioned(content.clone(), Version.of(content));
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    Objects.checkFromIndexSize(at, length, into.length);
    byte[] content = item(key).content();
    ensureReaches(key, content, offset + length);
    System.arraycopy(content, (int) offset, into, at, length);
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    byte[] content = item(key).content();
    ensureReaches(key, content, offset);
    return new ByteArrayInputStream(Arrays.copyOfRange(content, (int) offset, content.length));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return Optional.ofNullable(items.get(key)).map(item -> stat(key, item));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    if (prefix.isEmpty()) {
      items.forEach((key, item) -> consumer.accept(stat(key, item)));
      return;
    }
    String below = new ObjectKey(prefix).text() + "/";
    for (var entry : items.tailMap(new ObjectKey(prefix)).entrySet()) {
      String text = entry.getKey().text();
      if (text.startsWith(below)) {
        consumer.accept(stat(entry.getKey(), entry.getValue()));
      } else if (!text.startsWith(prefix)) {
        return;
      }
    }
  }

  @Override
  public void delete(ObjectKey key) {
    items.remove(key);
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {}

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    throw new IllegalArgumentException(leftover.key() + " is not a leftover");
  }

  @Override
  public void close() {}

  private Item item(ObjectKey key) {
    Item item = items.get(key);
    if (item == null) {
      throw new ObjectMissingException(description(), key);
    }
    return item;
  }

  private void ensureReaches(ObjectKey key, byte[] content, long end) {
    if (end > content.length) {
      throw new StorageException(
          "could not read "
              + key
              + " from "
              + description()
              + ": expected at least "
              + end
              + " bytes, found "
              + content.length,
          null,
          null);
    }
  }

  private static ObjectStat stat(ObjectKey key, Item item) {
    return new ObjectStat(key, item.content().length, item.modified());
  }
}
