package io.holdfast.operations.retention;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether dates can be gone by. A clock that is wrong today, or was when a backup was taken, makes
 * an old backup look like the newest one.
 */
record ClockCheck(String cluster, Instant now) {
  /** Hosts agree within that. */
  private static final Duration TOLERANCE = Duration.ofMinutes(15);

  /**
   * @throws HoldfastException (refused) if a date is not where it can be
   */
  void require(Stock stock, Optional<Instant> lastPrune) {
    List<Contender> backups = stock.contenders();
    backups.stream()
        .max(java.util.Comparator.comparing(Contender::started))
        .filter(newest -> isAhead(newest.started()))
        .ifPresent(newest -> {
          throw refused("backup " + newest.id() + ", which was taken at " + newest.started());
        });
    lastPrune
        .filter(this::isAhead)
        .ifPresent(last -> {
          throw refused("that it was pruned at " + last);
        });
    for (Contender each : backups) {
      stock
          .item(each.id())
          .parent()
          .flatMap(stock::find)
          .filter(parent -> isBefore(each.started(), parent.contender().started()))
          .ifPresent(parent -> {
            throw refused(
                "backup "
                    + each.id()
                    + ", which builds on backup "
                    + parent.id()
                    + " and is dated before it");
          });
    }
  }

  private boolean isAhead(Instant date) {
    return isBefore(now, date);
  }

  private static boolean isBefore(Instant date, Instant other) {
    return other.isAfter(date.plus(TOLERANCE));
  }

  private HoldfastException refused(String found) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not prune "
            + cluster
            + ": expected dates up to now, which is "
            + now
            + " by this machine's clock, each after the one before; found "
            + found,
        "Set the clock right. If it is right and was wrong then: look at what --dry-run"
            + " --trust-clock would remove, pin what you want to keep, and say --trust-clock.");
  }
}
