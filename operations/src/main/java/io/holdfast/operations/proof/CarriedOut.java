package io.holdfast.operations.proof;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * When a cluster's plans were carried out, as its repository tells. Immutable.
 *
 * @param began when the last proof by each began; none for one that was not carried out of late
 * @param since when the first backup was taken that is there or was proven: before it there was
 *     nothing to prove. Empty if there was none
 */
public record CarriedOut(Map<String, Instant> began, Optional<Instant> since) {
  public CarriedOut {
    began = Map.copyOf(began);
  }

  /** When the last proof by it began; empty if there is none of late. */
  public Optional<Instant> last(TestPlan plan) {
    return Optional.ofNullable(began.get(plan.name()));
  }

  /**
   * Whether it was not carried out when it should have been. One that never was counts from the
   * first backup on, or, with a window, from when that opened next.
   */
  public boolean overdue(TestPlan plan, Instant now) {
    return plan.overdue(last(plan), since, now);
  }
}
