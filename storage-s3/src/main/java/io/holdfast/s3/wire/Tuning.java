package io.holdfast.s3.wire;

import java.time.Duration;

/**
 * Sizes and times.
 *
 * @param part bytes of a part of an upload; stores want at least 5 MiB
 * @param memory bytes that the parts of all writers take together, if more do not fill at once
 * @param connections at most, at once
 * @param connect how long a connection may take to be made
 * @param silence how long a store may say nothing
 * @param slowest bytes per second below which a request is given up and sent again
 * @param patience how long a request is repeated; one to a store that never answered yet, a tenth
 * @param firstPause before the first repetition; doubles with each, up to {@code longestPause}
 * @param abandoned how long an unfinished upload has to lie before it counts for a dead writer's
 */
public record Tuning(
    int part,
    long memory,
    int connections,
    Duration connect,
    Duration silence,
    long slowest,
    Duration patience,
    Duration firstPause,
    Duration longestPause,
    Duration abandoned) {
  /**
   * Patience is a little more than a lease lasts: whoever could not write for longer has lost it
   * anyway. Parts are the smallest that stores take, for each writer fills one, and the whole
   * program has little memory.
   */
  public static final Tuning DEFAULT =
      new Tuning(
          5 << 20,
          24L << 20,
          64,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          64 << 10,
          Duration.ofSeconds(90),
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          Duration.ofHours(24));

  /** How long one attempt to carry so many bytes may take. */
  public Duration attempt(long bytes) {
    return silence.plusMillis(bytes * 1000 / slowest);
  }
}
