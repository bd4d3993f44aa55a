package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.storage.Versioned;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A site in memory that is down, or hangs, from one call to the next, as a test wishes. */
final class BrittleStorage implements Storage {
  private final Storage below;
  private volatile boolean down;
  private volatile @Nullable CountDownLatch gate;

  BrittleStorage(String name) {
    this.below = Storages.memory(name);
  }

  void goDown() {
    down = true;
  }

  void comeBack() {
    down = false;
    CountDownLatch held = gate;
    gate = null;
    if (held != null) {
      held.countDown();
    }
  }

  /** Every call from now on waits until it comes back. */
  void hang() {
    gate = new CountDownLatch(1);
  }

  private Storage asked() {
    CountDownLatch held = gate;
    if (held != null) {
      try {
        held.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (down) {
      throw new StorageException("could not reach " + description(), "Mend it.", null);
    }
    return below;
  }

  @Override
  public String description() {
    return below.description();
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    asked().create(key, content);
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    ObjectWriter writer = asked().write(key);
    return new ObjectWriter() {
      @Override
      public void write(byte[] bytes, int offset, int length) {
        asked();
        writer.write(bytes, offset, length);
      }

      @Override
      public long position() {
        return writer.position();
      }

      @Override
      public void commit() {
        asked();
        writer.commit();
      }

      @Override
      public void close() {
        writer.close();
      }
    };
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    return asked().replace(key, expected, content);
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    return asked().deleteIf(key, expected);
  }

  @Override
  public Versioned read(ObjectKey key) {
    return asked().read(key);
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    asked().read(key, offset, into, at, length);
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    return asked().stream(key, offset);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return asked().stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    asked().list(prefix, consumer);
  }

  @Override
  public void delete(ObjectKey key) {
    asked().delete(key);
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    asked().leftovers(prefix, consumer);
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    asked().deleteLeftover(leftover);
  }

  @Override
  public void close() {
    below.close();
  }
}
