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

  /** Of a plan's first proof, whatever its rhythm: a day, and an hour for whoever asks hourly. */
  private static final Duration FIRST_TOLERANCE = Duration.ofHours(25);

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

  /**
   * @param since when there was first something to prove; empty if there never was. A plan that was
   *     never carried out could not have been before its window opened then.
   */
  boolean overdue(Optional<Instant> last, Optional<Instant> since, Instant now) {
    return last.map(began -> began.plus(every).plus(tolerance()))
        .or(() -> since.map(first -> firstDue(first).plus(FIRST_TOLERANCE)))
        .filter(now::isAfter)
        .isPresent();
  }

  private Instant firstDue(Instant first) {
    return window.flatMap(each -> each.firstFrom(first)).orElse(first);
  }

  /** The first moment from now on when it is due; none if its window never opens. */
  public Optional<Instant> next(Optional<Instant> last, Instant now) {
    Instant from = last.map(this::dueAfter).filter(due -> due.isAfter(now)).orElse(now);
    return window.isEmpty() ? Optional.of(from) : window.get().firstFrom(from);
  }
}
