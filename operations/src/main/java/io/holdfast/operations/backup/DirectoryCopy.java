package io.holdfast.operations.backup;

import io.holdfast.operations.backup.Piece.Copy;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies a walk into a backup: one thread walks, workers read and store, and the calling thread
 * adds the files in the order of the walk. Work in flight is bounded by {@link #piecesInFlight}, so
 * memory does not grow with the number or the size of files.
 */
final class DirectoryCopy {
  private static final long HEARTBEAT_NANOS = 5_000_000_000L;

  private final BackupWriter writer;
  private final int jobs;
  private final Supplier<CopyWorker> workers;
  private final InheritancePlan plan;
  private final Compaction compaction;
  private final Runnable heartbeat;
  private final BlockingQueue<Task> inOrder;
  private final BlockingQueue<Task> toDo = new LinkedBlockingQueue<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong bytesRead = new AtomicLong();
  private final List<Extent> sliced = new ArrayList<>();
  private boolean slicedEnded;
  private boolean slicedVanished;
  private long lastHeartbeat = System.nanoTime();

  private record Task(@Nullable Piece piece, CompletableFuture<List<Copy>> done) {
    static Task of(@Nullable Piece piece) {
      return new Task(piece, new CompletableFuture<>());
    }
  }

  /**
   * @param heartbeat called on the calling thread every few seconds; what it throws ends the copy
   */
  DirectoryCopy(
      BackupWriter writer,
      int jobs,
      Supplier<CopyWorker> workers,
      InheritancePlan plan,
      Compaction compaction,
      Runnable heartbeat) {
    this.writer = writer;
    this.jobs = jobs;
    this.workers = workers;
    this.plan = plan;
    this.compaction = compaction;
    this.heartbeat = heartbeat;
    this.inOrder = new ArrayBlockingQueue<>(piecesInFlight(jobs));
  }

  private static int piecesInFlight(int jobs) {
    return 8 * jobs;
  }

  /**
   * Returns when every file is added and every pack of the workers is durable.
   *
   * @param walk calls its consumer for every entry, in order
   * @return bytes read
   */
  long run(Consumer<Consumer<Entry>> walk) throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            jobs + 1, Thread.ofPlatform().name("backup-", 0).daemon().factory());
    try {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      running.add(CompletableFuture.runAsync(guarded(() -> produce(walk)), threads));
      for (int i = 0; i < jobs; i++) {
        running.add(CompletableFuture.runAsync(guarded(this::work), threads));
      }
      collect();
      for (CompletableFuture<Void> thread : running) {
        await(thread);
      }
      return bytesRead.get();
    } finally {
      threads.shutdownNow();
      awaitEnd(threads);
    }
  }

  private interface Part {
    void run() throws InterruptedException;
  }

  private Runnable guarded(Part part) {
    return () -> {
      try {
        part.run();
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
    };
  }

  private void produce(Consumer<Consumer<Entry>> walk) throws InterruptedException {
    PieceCutter cutter = new PieceCutter(this::enqueue, compaction);
    walk.accept(entry -> cutter.add(plan.plan(entry)));
    cutter.endBatch();
    for (int i = 0; i < jobs; i++) {
      toDo.put(Task.of(null));
    }
    inOrder.put(Task.of(null));
  }

  private void enqueue(Piece piece) {
    Task task = Task.of(piece);
    try {
      inOrder.put(task);
      toDo.put(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
  }

  private void work() throws InterruptedException {
    try (CopyWorker worker = workers.get()) {
      for (Task task = toDo.take(); task.piece() != null; task = toDo.take()) {
        task.done().complete(worker.copy(task.piece()));
      }
      bytesRead.addAndGet(worker.bytesRead());
    }
  }

  private void collect() throws InterruptedException {
    while (true) {
      Task task = inOrder.poll(100, TimeUnit.MILLISECONDS);
      beat();
      if (task == null) {
        continue;
      }
      if (task.piece() == null) {
        return;
      }
      List<Copy> copies = await(task.done());
      switch (task.piece()) {
        case Piece.Batch batch -> copies.forEach(copy -> add(copy, copy.extents()));
        case Piece.Slice slice -> addSlice(slice, copies.getFirst());
      }
    }
  }

  private void addSlice(Piece.Slice slice, Copy copy) {
    if (slice.from() == 0) {
      sliced.clear();
      slicedEnded = false;
      slicedVanished = false;
    }
    slicedVanished |= copy.vanished();
    if (!slicedEnded) {
      copy.extents().forEach(extent -> ExtentJoin.append(sliced, extent));
      slicedEnded = !copy.complete();
    }
    if (slice.last() && !slicedVanished) {
      add(copy, sliced);
    }
  }

  private void add(Copy copy, List<Extent> extents) {
    if (copy.vanished()) {
      return;
    }
    Entry e = copy.entry();
    writer.add(
        new StoredFile(
            e.path(),
            switch (e.kind()) {
              case FILE -> StoredFile.Kind.FILE;
              case DIRECTORY -> StoredFile.Kind.DIRECTORY;
              case LINK -> StoredFile.Kind.LINK;
            },
            e.mode(),
            e.owner(),
            e.group(),
            e.modified().toInstant(),
            extents.stream().mapToLong(Extent::length).sum(),
            e.target(),
            extents,
            Map.of()));
  }

  private void beat() {
    Throwable failed = failure.get();
    if (failed != null) {
      throw passOn(failed);
    }
    if (System.nanoTime() - lastHeartbeat > HEARTBEAT_NANOS) {
      heartbeat.run();
      lastHeartbeat = System.nanoTime();
    }
  }

  private <T extends @Nullable Object> T await(CompletableFuture<T> future)
      throws InterruptedException {
    while (true) {
      beat();
      try {
        T result = future.get(100, TimeUnit.MILLISECONDS);
        beat();
        return result;
      } catch (TimeoutException e) {
        // look whether somebody failed, then wait on
      } catch (java.util.concurrent.ExecutionException e) {
        throw passOn(e);
      }
    }
  }

  private static RuntimeException passOn(Throwable failed) {
    return switch (failed) {
      case HoldfastException known ->
          known; // thrown on another thread; its own trace says more than ours
      case InterruptedException e -> interrupted(e);
      case Error error -> throw error;
      default -> new IllegalStateException("copying failed", failed);
    };
  }

  static HoldfastException interrupted(InterruptedException cause) {
    return new HoldfastException(
        ExitStatus.INTERRUPTED, "could not finish the backup: interrupted", null, cause);
  }

  /** Nobody may still write into the backup when its writer is closed. */
  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = false;
    while (true) {
      try {
        if (threads.awaitTermination(1, TimeUnit.SECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
