package io.holdfast.operations.verify;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Some readers that share tasks; few wait at a time. Used by one thread. */
final class ReadCrew implements AutoCloseable {
  private final ExecutorService threads;
  private final BlockingQueue<BackupRead> readers;
  private final int jobs;
  private final Semaphore inFlight;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  ReadCrew(int jobs, Supplier<BackupRead> reader) {
    this.jobs = jobs;
    this.readers = new ArrayBlockingQueue<>(jobs);
    for (int i = 0; i < jobs; i++) {
      readers.add(reader.get());
    }
    this.inFlight = new Semaphore(2 * jobs);
    this.threads =
        Executors.newFixedThreadPool(
            jobs, Thread.ofPlatform().name("verify-", 0).daemon().factory());
  }

  void submit(ReadTask task) {
    rethrow();
    try {
      inFlight.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish verifying: interrupted", null, e);
    }
    threads.execute(() -> run(task));
  }

  private void run(ReadTask task) {
    try {
      BackupRead reader = readers.take();
      try {
        reader.read(task);
      } finally {
        readers.add(reader);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    } finally {
      inFlight.release();
    }
  }

  /** Waits for all tasks. What a reader threw is thrown here. */
  void finish() throws InterruptedException {
    inFlight.acquire(2 * jobs);
    inFlight.release(2 * jobs);
    rethrow();
  }

  private void rethrow() {
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
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
    readers.forEach(BackupRead::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
