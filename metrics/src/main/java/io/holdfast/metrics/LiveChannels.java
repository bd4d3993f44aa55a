package io.holdfast.metrics;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The ways to people that this process uses. Thread-safe, answers at once, never fails. */
@FunctionalInterface
public interface LiveChannels {
  /** Of a process that tells nobody. */
  LiveChannels NONE = List::of;

  List<Standing> all();

  /**
   * @param waiting messages that have not arrived yet
   * @param failingSince since when nothing arrives; empty if all is well, or nothing was tried
   * @param lost messages that were given up, since this process began
   * @param delivered messages that arrived, since this process began
   */
  record Standing(
      String channel, int waiting, Optional<Instant> failingSince, long lost, long delivered) {}
}
