package io.holdfast.operations.view;

import io.holdfast.operations.proof.CarriedOut;
import io.holdfast.operations.proof.TestPlan;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a test plan stands.
 *
 * @param last when the last proof by it began; null if there is none of late
 * @param next when it is due next; null if its window never opens
 */
public record PlanView(
    String plan, @Nullable Instant last, boolean overdue, @Nullable Instant next) {
  public static PlanView of(TestPlan plan, CarriedOut carriedOut, Instant now) {
    Optional<Instant> last = carriedOut.last(plan);
    return new PlanView(
        plan.name(),
        last.orElse(null),
        carriedOut.overdue(plan, now),
        plan.next(last, now).orElse(null));
  }
}
