package io.holdfast.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One look at a cluster. Immutable.
 *
 * @param began by our clock
 * @param facts what was seen; empty if it could not be looked at
 * @param trouble why it could not
 */
public record ClusterLook(
    Watched watched,
    Instant began,
    Duration took,
    Optional<ClusterFacts> facts,
    Optional<RuntimeException> trouble) {
  public String cluster() {
    return watched.cluster();
  }

  Instant ended() {
    return began.plus(took);
  }
}
