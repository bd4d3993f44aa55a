package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Versioned;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A site whose calls fail instead of hanging. Reads go through an array of our own: a call that was
 * given up must not write into the caller's later.
 */
public final class TimedStorage implements Storage {
  private final Storage below;
  private final Deadline deadline;
  private final Patience patience;
  private final ExecutorService threads;

  TimedStorage(Storage below, ExecutorService threads, Patience patience) {
    this.below = below;
    this.threads = threads;
    this.patience = patience;
    this.deadline = new Deadline(below.description(), threads);
  }

  /** With threads of its own. */
  public static TimedStorage over(Storage site, Patience patience) {
    return new TimedStorage(site, SiteThreads.start(), patience);
  }

  private <T> T within(String what, Supplier<T> work) {
    return deadline.within(patience.call(), what, work);
  }

  private void within(String what, Runnable work) {
    within(
        what,
        () -> {
          work.run();
          return true;
        });
  }

  /** The site itself, for whoever has a thread to wait with. */
  Storage below() {
    return below;
  }

  @Override
  public String description() {
    return below.description();
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    byte[] own = content.clone();
    within("create " + key, () -> below.create(key, own));
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return new TimedWriter(key, within("write " + key, () -> below.write(key)));
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    byte[] own = content.clone();
    return within("replace " + key, () -> below.replace(key, expected, own));
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    return within("delete " + key, () -> below.deleteIf(key, expected));
  }

  @Override
  public Versioned read(ObjectKey key) {
    return within("read " + key, () -> below.read(key));
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    byte[] read =
        within(
            "read " + key,
            () -> {
              byte[] own = new byte[length];
              below.read(key, offset, own, 0, length);
              return own;
            });
    System.arraycopy(read, 0, into, at, length);
  }

  @Override
  public byte[] beginning(ObjectKey key, int most) {
    return within("read " + key, () -> below.beginning(key, most));
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    return new TimedStream(
        key, within("read " + key, () -> below.stream(key, offset)), deadline, patience.call());
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return within("look at " + key, () -> below.stat(key));
  }

  /** The consumer is called on this thread, as promised; the site is waited for on another. */
  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    try (Listed listed = Listed.start(below, prefix, threads, patience.call())) {
      for (Optional<ObjectStat> next = listed.next(); next.isPresent(); next = listed.next()) {
        consumer.accept(next.get());
      }
    }
  }

  @Override
  public List<String> folders(String prefix) {
    return within("list " + prefix, () -> below.folders(prefix));
  }

  @Override
  public void delete(ObjectKey key) {
    within("delete " + key, () -> below.delete(key));
  }

  /** May be about thousands of objects. */
  @Override
  public void protect(Supplier<? extends Collection<ObjectKey>> keys) {
    deadline.within(
        patience.commit(),
        "keep objects from being deleted",
        () -> {
          below.protect(keys);
          return true;
        });
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    try (Listed listed = Listed.leftovers(below, prefix, threads, patience.call())) {
      for (Optional<ObjectStat> next = listed.next(); next.isPresent(); next = listed.next()) {
        consumer.accept(next.get());
      }
    }
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    within("remove the unfinished " + leftover.key(), () -> below.deleteLeftover(leftover));
  }

  @Override
  public void close() {
    below.close();
  }

  private final class TimedWriter implements ObjectWriter {
    private final ObjectKey key;
    private final ObjectWriter writer;

    TimedWriter(ObjectKey key, ObjectWriter writer) {
      this.key = key;
      this.writer = writer;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      within("write " + key, () -> writer.write(bytes, offset, length));
    }

    @Override
    public long position() {
      return writer.position();
    }

    @Override
    public void commit() {
      deadline.within(
          patience.commit(),
          "finish " + key,
          () -> {
            writer.commit();
            return true;
          });
    }

    /** One that hangs is left to the end of the process; what it leaves is found as a leftover. */
    @Override
    public void close() {
      if (!deadline.isBusy()) {
        within("close " + key, writer::close);
      }
    }
  }
}
