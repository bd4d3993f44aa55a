package io.holdfast.sftp.wire;

import java.time.Duration;

/**
 * Sizes and times.
 *
 * @param chunk bytes of one request; servers need take no more than 32 KiB
 * @param window requests that one reader or writer has under way at most
 * @param memory chunks that all readers and writers of a site have under way at most, beyond the
 *     one that each may always have
 * @param connect how long a connection and the login may take
 * @param silence how long a server may leave a request without an answer
 * @param sync the same for a request that waits for the server's disk
 * @param patience how long a broken connection is made anew; to a server that never answered yet, a
 *     tenth
 * @param firstPause before the first repetition; doubles with each, up to {@code longestPause}
 * @param keepAlive how often a connection is tried; after three without an answer it counts as dead
 * @param holder how long somebody who holds the right to change things may hold it
 */
public record Tuning(
    int chunk,
    int window,
    int memory,
    Duration connect,
    Duration silence,
    Duration sync,
    Duration patience,
    Duration firstPause,
    Duration longestPause,
    Duration keepAlive,
    Duration holder) {
  /**
   * Patience is a little more than a lease lasts: whoever could not write for longer has lost it
   * anyway. A window of a MiB carries 33 MiB/s over a line of 30 ms.
   */
  public static final Tuning DEFAULT =
      new Tuning(
          32 << 10,
          32,
          512,
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5),
          Duration.ofSeconds(90),
          Duration.ofMillis(200),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5));
}
