package io.holdfast.operations.proof;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When backups are proven by themselves.
 *
 * @param every how long after one proof the next one is due
 * @param window when proofs may begin; empty for always
 */
public record TestPlan(String name, Duration every, Optional<DailyWindow> window) {
  private static final Duration MOST_EARLY = Duration.ofMinutes(15);
  private static final int EARLY_SHARE = 20;
  private static final int LATE_SHARE = 10;

  /**
   * How much later than due it may be done before somebody should look: with a window the next one
   * is a day away.
   */
  public Duration tolerance() {
    Duration share = every.dividedBy(LATE_SHARE);
    Duration least = Duration.ofHours(window.isPresent() ? 25 : 1);
    return share.compareTo(least) > 0 ? share : least;
  }

  /**
   * A little less than {@code every} after the last one began: whatever asks each hour would come a
   * second too early otherwise, and be an hour later each time.
   */
  private Instant dueAfter(Instant began) {
    Duration share = every.dividedBy(EARLY_SHARE);
    return began.plus(every).minus(share.compareTo(MOST_EARLY) < 0 ? share : MOST_EARLY);
  }

  /**
   * @param last when the last proof by this plan began; empty if there is none of late
   */
  public boolean due(Optional<Instant> last, Instant now) {
    boolean time = last.map(began -> !now.isBefore(dueAfter(began))).orElse(true);
    return time && window.map(each -> each.contains(now)).orElse(true);
  }

  public boolean overdue(Optional<Instant> last, Instant now) {
    return last.map(began -> now.isAfter(began.plus(every).plus(tolerance()))).orElse(true);
  }

  /** The first moment from now on when it is due; none if its window never opens. */
  public Optional<Instant> next(Optional<Instant> last, Instant now) {
    Instant from = last.map(this::dueAfter).filter(due -> due.isAfter(now)).orElse(now);
    return window.isEmpty() ? Optional.of(from) : window.get().firstFrom(from);
  }
}
