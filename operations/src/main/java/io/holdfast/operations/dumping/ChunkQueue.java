package io.holdfast.operations.dumping;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Compresses, seals and stores chunks on a thread of its own, so that whoever brings them goes on
 * reading meanwhile. Hands out the few buffers there are: who brings more than can be stored waits.
 * Used by one thread.
 */
final class ChunkQueue implements AutoCloseable {
  /** What compresses well is better read in larger chunks than it is cut in. */
  static final int CHUNK = 1 << 20;

  /** One is filled, one is stored, one waits, one holds what is stored last. */
  private static final int BUFFERS = 4;

  private final ChunkSink sink;
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final ExecutorService thread;

  ChunkQueue(ChunkSink sink, String name) {
    this.sink = sink;
    for (int i = 0; i < BUFFERS; i++) {
      free.add(new byte[CHUNK]);
    }
    this.thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }

  /**
   * An empty buffer, to be given to {@link #store}.
   *
   * @throws HoldfastException if something could not be stored, or this thread was interrupted
   */
  byte[] buffer() {
    try {
      byte[] buffer = free.take();
      requireNoFailure();
      return buffer;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * The thread is not interrupted again before all is closed ({@link Dumping#run}): files that an
   * interrupted thread opens are closed under its hands, and leases and packs would stay.
   */
  static HoldfastException interrupted(InterruptedException cause) {
    return new HoldfastException(
        ExitStatus.INTERRUPTED, "could not finish the backup: interrupted", null, cause);
  }

  private void requireNoFailure() {
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  /**
   * @param buffer belongs to the queue from now on
   * @param promise told where it lies
   */
  void store(byte[] buffer, int length, CompletableFuture<ChunkRef> promise) {
    thread.execute(() -> {
      try {
        promise.complete(sink.store(buffer, 0, length));
      } catch (RuntimeException e) {
        failure.compareAndSet(null, e);
        promise.completeExceptionally(e);
      } finally {
        free.add(buffer);
      }
    });
  }

  /** Waits until everything is stored, and finishes the pack. */
  void finish() {
    await(CompletableFuture.runAsync(sink::close, thread));
    requireNoFailure();
  }

  static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw switch (e.getCause()) {
        case RuntimeException known -> known;
        case Error error -> throw error;
        case null, default -> new IllegalStateException("storing failed", e);
      };
    }
  }

  /** Nobody may still write into the backup when its writer is closed, nor hold a pack open. */
  @Override
  public void close() {
    try {
      awaitEnd();
    } finally {
      closeSink();
    }
  }

  /** After {@link #finish} that is done; else the backup has failed, and nothing of it stays. */
  private void closeSink() {
    boolean interrupted = Thread.interrupted();
    try {
      sink.close();
    } catch (RuntimeException e) {
      // What failed before says more.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void awaitEnd() {
    thread.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (thread.awaitTermination(1, TimeUnit.SECONDS)) {
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
