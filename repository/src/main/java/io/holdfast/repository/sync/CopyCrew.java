package io.holdfast.repository.sync;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Copies several objects at once. The first failure ends the work: what comes after it is not begun
 * any more, and {@link #settle} throws it. Handed work by one thread.
 */
final class CopyCrew implements AutoCloseable {
  private final int jobs;
  private final Semaphore free;
  private final ExecutorService threads;
  private volatile @Nullable RuntimeException failure;

  /** One object's copying. */
  interface Job {
    void run() throws InterruptedException;
  }

  CopyCrew(int jobs) {
    this.jobs = jobs;
    this.free = new Semaphore(jobs);
    this.threads =
        Executors.newFixedThreadPool(jobs, Thread.ofPlatform().daemon().name("sync ", 1).factory());
  }

  /** Waits for a free hand. */
  void submit(Job job) throws InterruptedException {
    throwFailure();
    free.acquire();
    threads.execute(() -> {
      try {
        if (failure == null) {
          job.run();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        failure = e;
      } finally {
        free.release();
      }
    });
  }

  /** Returns when everything that was handed over is done. */
  void settle() throws InterruptedException {
    free.acquire(jobs);
    free.release(jobs);
    throwFailure();
  }

  private void throwFailure() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
