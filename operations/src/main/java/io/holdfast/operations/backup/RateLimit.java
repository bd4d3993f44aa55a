package io.holdfast.operations.backup;

import java.util.function.LongSupplier;

/**
 * Spreads reading over time: who asks for bytes waits until they are due. Shared by all workers.
 */
public final class RateLimit {
  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private long due;

  /**
   * @param bytesPerSecond 0 for no limit
   */
  public RateLimit(long bytesPerSecond, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.due = nanoTime.getAsLong();
  }

  public void take(long bytes) throws InterruptedException {
    long wait = bytesPerSecond == 0 ? 0 : reserve(bytes);
    if (wait > 0) {
      Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
    }
  }

  /** Books the bytes and says for how many nanoseconds to wait first. */
  synchronized long reserve(long bytes) {
    long now = nanoTime.getAsLong();
    if (due - now < 0) {
      due = now;
    }
    long wait = due - now;
    due += (long) (bytes * 1e9 / bytesPerSecond);
    return wait;
  }
}
