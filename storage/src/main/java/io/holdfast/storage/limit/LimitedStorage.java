package io.holdfast.storage.limit;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.RateLimit;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Versioned;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A site to and from which only so many bytes pass in a second, both ways together. What is written
 * or read in one small step (leases above all) is booked and never waits; streams and ranges wait
 * for it.
 */
public final class LimitedStorage implements Storage {
  private final Storage below;
  private final RateLimit limit;

  private LimitedStorage(Storage below, RateLimit limit) {
    this.below = below;
    this.limit = limit;
  }

  public static LimitedStorage over(Storage site, RateLimit limit) {
    return new LimitedStorage(site, limit);
  }

  /** Waits until that many bytes are due. */
  static void take(RateLimit limit, long bytes, String attempt) {
    try {
      limit.take(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("could not " + attempt + ": interrupted", null, e);
    }
  }

  @Override
  public String description() {
    return below.description();
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    limit.book(content.length);
    below.create(key, content);
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return new LimitedWriter(below.write(key), limit, "write " + key + " to " + description());
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    limit.book(content.length);
    return below.replace(key, expected, content);
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    return below.deleteIf(key, expected);
  }

  @Override
  public Versioned read(ObjectKey key) {
    Versioned found = below.read(key);
    limit.book(found.content().length);
    return found;
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    take(limit, length, "read " + key + " from " + description());
    below.read(key, offset, into, at, length);
  }

  @Override
  public byte[] beginning(ObjectKey key, int most) {
    byte[] found = below.beginning(key, most);
    limit.book(found.length);
    return found;
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    return new LimitedStream(
        below.stream(key, offset), limit, "read " + key + " from " + description());
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return below.stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    below.list(prefix, consumer);
  }

  @Override
  public List<String> folders(String prefix) {
    return below.folders(prefix);
  }

  @Override
  public void delete(ObjectKey key) {
    below.delete(key);
  }

  @Override
  public void protect(Supplier<? extends Collection<ObjectKey>> keys) {
    below.protect(keys);
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    below.leftovers(prefix, consumer);
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    below.deleteLeftover(leftover);
  }

  @Override
  public void close() {
    below.close();
  }
}
