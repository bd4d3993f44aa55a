package io.holdfast.operations.wal;

import java.time.Duration;

/** Waiting times between attempts: 0.2 s at first, doubling up to 5 s, until one succeeds. */
final class BackOff {
  private static final long FIRST = 200;
  private static final long LONGEST = 5_000;

  private long next = FIRST;

  Duration next() {
    Duration wait = Duration.ofMillis(next);
    next = Math.min(LONGEST, next * 2);
    return wait;
  }

  void reset() {
    next = FIRST;
  }
}
