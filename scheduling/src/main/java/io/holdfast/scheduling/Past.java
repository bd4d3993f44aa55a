package io.holdfast.scheduling;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of a plan until now.
 *
 * @param since nothing before it counts: when the plan was first seen, or resumed
 * @param handled the last moment named by the schedule that needs nothing more
 * @param trying the moment at which a run was begun that has not succeeded yet
 */
public record Past(Instant since, Optional<Instant> handled, Optional<Trying> trying) {
  /**
   * @param due named by the schedule
   * @param attempts that failed
   * @param ended the last of them
   */
  public record Trying(Instant due, int attempts, Instant ended) {}

  public static Past since(Instant moment) {
    return new Past(moment, Optional.empty(), Optional.empty());
  }

  Instant counted() {
    return handled.filter(moment -> moment.isAfter(since)).orElse(since);
  }
}
