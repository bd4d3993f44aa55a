package io.holdfast.operations.restore;

import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Waits for the disk on behalf of the workers, so that writing back begins while they go on. Small
 * files are only closed: the sync of the whole file system at the end is quicker for them than one
 * call each. Thread-safe.
 */
final class Syncer implements AutoCloseable {
  private static final long WORTH_A_CALL = 1 << 20;
  private static final int WAITING = 64;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          2,
          2,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().name("restore-sync-", 0).factory(),
          new ThreadPoolExecutor.CallerRunsPolicy());
  private final AtomicReference<HoldfastException> failure = new AtomicReference<>();

  void flush(TargetFile file) {
    threads.execute(() -> {
      try {
        file.flush();
      } catch (java.nio.channels.ClosedChannelException e) {
        // finished meanwhile, and synced by that
      } catch (IOException e) {
        failure.compareAndSet(null, WriteFailure.of("write", file.path(), e));
      }
    });
  }

  void finish(TargetFile file, FileChannel channel) throws IOException {
    if (file.length() < WORTH_A_CALL) {
      channel.close();
      return;
    }
    threads.execute(() -> {
      try (channel) {
        channel.force(true);
      } catch (IOException e) {
        failure.compareAndSet(null, WriteFailure.of("write", file.path(), e));
      }
    });
  }

  /** Throws the first failure, if there was one. */
  void check() {
    HoldfastException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  /** Ends without waiting: what was written is not wanted any more. */
  void abandon() {
    threads.shutdownNow();
  }

  /** Waits for all that was handed over. */
  @Override
  public void close() {
    threads.close();
    check();
  }
}
