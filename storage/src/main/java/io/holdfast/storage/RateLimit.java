package io.holdfast.storage;

import java.util.function.LongSupplier;

/**
 * Spreads bytes over time: who asks for some waits until they are due. Shared by all threads. Time
 * in which nobody asks is not saved up.
 */
public final class RateLimit {
  private final LongSupplier bytesPerSecond;
  private final LongSupplier nanoTime;
  private final Pause pause;
  private long due;

  /** How time is spent. */
  @FunctionalInterface
  public interface Pause {
    void nanos(long nanos) throws InterruptedException;
  }

  /**
   * @param bytesPerSecond asked each time; 0 for no limit
   */
  public RateLimit(LongSupplier bytesPerSecond, LongSupplier nanoTime, Pause pause) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.pause = pause;
    this.due = nanoTime.getAsLong();
  }

  /**
   * @param bytesPerSecond 0 for no limit
   */
  public RateLimit(long bytesPerSecond, LongSupplier nanoTime) {
    this(
        () -> bytesPerSecond,
        nanoTime,
        nanos -> Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000)));
  }

  /** By the clock of this machine. */
  public static RateLimit of(LongSupplier bytesPerSecond) {
    return new RateLimit(
        bytesPerSecond,
        System::nanoTime,
        nanos -> Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000)));
  }

  public void take(long bytes) throws InterruptedException {
    long wait = reserve(bytes);
    if (wait > 0) {
      pause.nanos(wait);
    }
  }

  /** For bytes that must not wait: those after them wait the longer. */
  public void book(long bytes) {
    long _ = reserve(bytes);
  }

  /** Books the bytes and says for how many nanoseconds to wait first. */
  synchronized long reserve(long bytes) {
    long now = nanoTime.getAsLong();
    long rate = bytesPerSecond.getAsLong();
    if (rate == 0 || due - now < 0) {
      due = now;
    }
    long wait = due - now;
    due += rate == 0 ? 0 : (long) (bytes * 1e9 / rate);
    return wait;
  }
}
