package io.holdfast.scheduling;

import java.time.Instant;

/** Whose turn it is: what is to be done with a plan at a moment. */
public sealed interface Turn {
  /** The moment that the schedule names, which is the name of the run. */
  Instant due();

  /**
   * Not yet.
   *
   * @param from when to ask again at the latest
   */
  record Waiting(Instant due, Instant from) implements Turn {}

  /**
   * Now.
   *
   * @param attempt 1 for the first; 0 for one that somebody wants beside what the plan says
   * @param passedOver how many earlier moments went by without a run, at most {@link #MOST}
   */
  record Now(Instant due, int attempt, int passedOver) implements Turn {
    public static final int MOST = 1000;
  }

  /** It is too late for that one. */
  record Missed(Instant due) implements Turn {}
}
