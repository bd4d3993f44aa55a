package io.holdfast.storage;

import java.time.Duration;

/**
 * How long a site that is one of several is waited for.
 *
 * @param call until a single call is taken for one that hangs
 * @param commit the same for making a large object exist, which may have much to sync
 * @param rest how long a site that failed is left alone before it is tried again; twice as long
 *     after each further failure, up to ten times this
 */
public record Patience(Duration call, Duration commit, Duration rest) {
  public static final Patience USUAL =
      new Patience(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(1));

  /**
   * Of a site without which nothing goes on: it is given up only after a site that repeats what
   * fails (buckets do so for 90 seconds) has given up by itself.
   */
  public Patience forRequired() {
    return new Patience(call.multipliedBy(4), commit.multipliedBy(2), rest);
  }
}
