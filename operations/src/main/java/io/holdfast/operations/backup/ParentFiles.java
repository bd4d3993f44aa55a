package io.holdfast.operations.backup;

import io.holdfast.repository.BackupReader;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.StoredFile;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of the parent, asked for in the order in which both backups list them. They are read
 * ahead by a thread of its own, of which no more is held than {@link #EXTENTS} allows. Used by one
 * thread.
 */
final class ParentFiles implements AutoCloseable {
  /** Some 7 MiB; a scattered gigabyte alone has up to 131,072. */
  private static final int EXTENTS = 100_000;

  private static final int ENTRIES = 2048;

  private final BlockingQueue<Read> ahead = new ArrayBlockingQueue<>(ENTRIES);
  private final Semaphore room = new Semaphore(EXTENTS);
  private final Consumer<String> notes;
  private final Thread reading;
  private @Nullable StoredFile next;
  private boolean begun;

  /** A file, or why there are no more; empty if that was all. */
  private record Read(@Nullable StoredFile file, @Nullable RuntimeException failure) {}

  /**
   * @param notes told if the parent's list cannot be read to its end; what it would have said is
   *     then read from the server instead
   */
  ParentFiles(BackupReader parent, Consumer<String> notes) {
    this.notes = notes;
    this.reading = Thread.ofPlatform().name("backup-parent").daemon().unstarted(() -> read(parent));
    reading.start();
  }

  private void read(BackupReader parent) {
    try {
      RuntimeException failure = null;
      try {
        parent.files(this::put);
      } catch (RuntimeException e) {
        failure = e;
      }
      ahead.put(new Read(null, failure));
    } catch (InterruptedException e) {
      // closed: nobody asks any more
    }
  }

  private void put(StoredFile file) {
    try {
      room.acquire(weight(file));
      ahead.put(new Read(file, null));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("closed", e);
    }
  }

  private static int weight(StoredFile file) {
    return Math.min(EXTENTS, file.extents().size());
  }

  /**
   * The parent's file of that path, if it has one. Paths must ascend.
   *
   * @throws io.holdfast.storage.StorageException if the site is in trouble
   */
  Optional<StoredFile> find(String path) throws InterruptedException {
    if (!begun) {
      begun = true;
      advance();
    }
    while (next != null) {
      int order = StoredFile.PATH_ORDER.compare(next.path(), path);
      if (order >= 0) {
        return order == 0 && next.kind() == StoredFile.Kind.FILE
            ? Optional.of(next)
            : Optional.empty();
      }
      advance();
    }
    return Optional.empty();
  }

  private void advance() throws InterruptedException {
    Read read = ahead.take();
    next = read.file();
    if (next != null) {
      room.release(weight(next));
    } else if (read.failure() instanceof RepositoryDamagedException damage) {
      notes.accept("the parent cannot be read to its end: " + damage.getMessage());
    } else if (read.failure() != null) {
      throw read.failure();
    }
  }

  @Override
  public void close() {
    reading.interrupt();
    boolean interrupted = false;
    while (reading.isAlive()) {
      try {
        reading.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
