package io.holdfast.operations.restore;

import io.holdfast.operations.restore.ReadJob.Piece;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Writes the entries of a backup below a directory. Entries come in path order on one thread, which
 * makes directories and gathers the files' pieces into batches of whole files; each batch is one
 * worker's, who reads it pack by pack and puts the bytes where they belong. Memory: the places of
 * two batches for each worker, and what the workers' readers hold.
 */
final class TreeWriter implements AutoCloseable {
  private static final long BATCH_BYTES = 64L << 20;

  /**
   * What lies in many packs is put together stretch by stretch: so the pages of a stretch are still
   * in memory, and not on their way to the disk, when the next pack adds to them.
   */
  static final long STRETCH = 128L << 20;

  private static final int BATCH_FILES = 1000;
  private static final long LOOK_AGAIN_MILLIS = 200;

  private final Path root;
  private final boolean delta;
  private final Ownership ownership;
  private final Syncer syncer;
  private final BlockingQueue<Work> queue;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final LongAdder written = new LongAdder();
  private final List<StoredFile> directories = new ArrayList<>();
  private List<Piece> pieces = new ArrayList<>();
  private List<ReadJob> jobs = new ArrayList<>();
  private List<TargetFile> plain = new ArrayList<>();
  private long gathered;
  private int files;

  /** What a worker takes from the queue. */
  private sealed interface Work {
    /**
     * Whole files, each in no other batch: two threads that write one file wait for each other in
     * the file system, and burn the time that they wait.
     *
     * @param plain those without stored bytes: empty, or holes only
     */
    record Batch(List<ReadJob> jobs, List<TargetFile> plain) implements Work {}

    record End() implements Work {}
  }

  TreeWriter(
      Path root,
      boolean delta,
      Ownership ownership,
      int workers,
      Supplier<ChunkReader> readers,
      Progress progress) {
    this.root = root;
    this.delta = delta;
    this.ownership = ownership;
    this.syncer = new Syncer();
    this.queue = new ArrayBlockingQueue<>(workers);
    for (int i = 0; i < workers; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("restore-" + i)
              .start(() -> {
                try (FileWorker worker =
                    new FileWorker(readers.get(), delta, ownership, syncer, progress, written)) {
                  work(worker);
                } catch (RuntimeException | Error e) {
                  failure.compareAndSet(null, e);
                }
              }));
    }
  }

  private void work(FileWorker worker) {
    while (failure.get() == null) {
      Work next;
      try {
        next = queue.take();
      } catch (InterruptedException e) {
        return;
      }
      switch (next) {
        case Work.Batch(List<ReadJob> jobs, List<TargetFile> plain) -> {
          plain.forEach(worker::finish);
          for (ReadJob job : jobs) {
            if (failure.get() == null) {
              worker.run(job);
            }
          }
        }
        case Work.End end -> {
          return;
        }
      }
    }
  }

  /** Adds the next entry; links are whoever calls' business. */
  void add(StoredFile entry) {
    Path path = RawPath.below(root, entry.path());
    switch (entry.kind()) {
      case DIRECTORY -> makeDirectory(entry, path);
      case FILE -> gather(entry, path);
      case LINK -> throw new IllegalArgumentException("a link: " + entry.path());
    }
  }

  private void makeDirectory(StoredFile entry, Path path) {
    try {
      if (delta && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        if (!(mayBeLink(entry.path()) && Files.isDirectory(path))) {
          Files.deleteIfExists(path);
        }
      }
      if (!Files.isDirectory(path)) {
        Files.createDirectory(
            path, PosixFilePermissions.asFileAttribute(Ownership.permissions(0700)));
      }
      directories.add(entry);
    } catch (IOException e) {
      throw WriteFailure.of("create the directory", path, e);
    }
  }

  /** Directories that people move to another disk and link to. */
  private static boolean mayBeLink(String path) {
    return path.equals("pg_wal");
  }

  private void gather(StoredFile entry, Path path) {
    if (delta) {
      removeWhatIsNoFile(path);
    }
    TargetFile file = new TargetFile(entry, path, delta);
    if (!file.hasSlices()) {
      plain.add(file);
    }
    long at = 0;
    long stretch = 0;
    for (Extent extent : entry.extents()) {
      if (extent instanceof Extent.Slice slice) {
        int length = Math.toIntExact(slice.length());
        if (at / STRETCH != stretch) {
          stretch = at / STRETCH;
          endStretch();
        }
        pieces.add(new Piece(slice.chunk(), slice.offset(), length, file, at));
        gathered += length;
      }
      at += extent.length();
    }
    files++;
    if (gathered >= BATCH_BYTES || files >= BATCH_FILES) {
      handOver();
    }
  }

  private static void removeWhatIsNoFile(Path path) {
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        Tree.delete(path);
      }
    } catch (IOException e) {
      throw WriteFailure.of("replace", path, e);
    }
  }

  private void endStretch() {
    jobs.addAll(ReadJob.of(pieces));
    pieces = new ArrayList<>();
  }

  private void handOver() {
    endStretch();
    if (files > 0) {
      put(new Work.Batch(jobs, plain));
    }
    jobs = new ArrayList<>();
    plain = new ArrayList<>();
    gathered = 0;
    files = 0;
  }

  private void put(Work work) {
    try {
      do {
        check();
      } while (!queue.offer(work, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Interrupted(e);
    }
  }

  private void check() {
    Throwable first = failure.get();
    if (first instanceof RuntimeException e) {
      throw e;
    }
    if (first instanceof Error e) {
      throw e;
    }
    syncer.check();
  }

  /**
   * Waits until every file is written, then gives directories their modes and owners.
   *
   * @return bytes written, less than all in a delta
   */
  long finish() {
    handOver();
    for (int i = 0; i < threads.size(); i++) {
      put(new Work.End());
    }
    for (Thread thread : threads) {
      join(thread);
    }
    check();
    syncer.close();
    for (StoredFile entry : directories) {
      Path path = RawPath.below(root, entry.path());
      try {
        ownership.apply(path, entry.mode(), entry.owner(), entry.group(), false);
      } catch (IOException e) {
        throw WriteFailure.of("set mode and owner of", path, e);
      }
    }
    return written.sum();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Interrupted(e);
    }
  }

  /** Ends the threads, whatever they are doing. */
  @Override
  public void close() {
    failure.compareAndSet(null, new IllegalStateException("closed"));
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    syncer.abandon();
  }
}
