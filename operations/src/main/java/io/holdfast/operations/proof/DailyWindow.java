package io.holdfast.operations.proof;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/**
 * A time of each day, by the clocks on the wall there. Where they are set forward over a part of
 * it, that part is left out; where they are set back over it, it comes twice.
 *
 * @param to exclusive; if it is not after {@code from}, it is of the next day
 */
public record DailyWindow(LocalTime from, LocalTime to, ZoneId zone) {
  private static final int DAYS = 4;

  public boolean contains(Instant moment) {
    LocalTime time = moment.atZone(zone).toLocalTime();
    return from.isBefore(to)
        ? !time.isBefore(from) && time.isBefore(to)
        : !time.isBefore(from) || time.isBefore(to);
  }

  /** That moment if it is inside, else when it opens next; empty if it does not within days. */
  public Optional<Instant> firstFrom(Instant moment) {
    if (contains(moment)) {
      return Optional.of(moment);
    }
    LocalDate today = moment.atZone(zone).toLocalDate();
    for (int day = 0; day <= DAYS; day++) {
      Instant opens = opens(today.plusDays(day));
      if (opens.isAfter(moment) && contains(opens)) {
        return Optional.of(opens);
      }
    }
    return Optional.empty();
  }

  private Instant opens(LocalDate day) {
    LocalDateTime local = day.atTime(from);
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    return change != null && change.isGap() ? change.getInstant() : local.atZone(zone).toInstant();
  }
}
