package io.holdfast.operations.retention;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/** A stretch of the calendar of which the last backup is kept. */
public enum Period {
  HOURLY("hour"),
  DAILY("day"),
  /** From Monday to Sunday. */
  WEEKLY("week"),
  MONTHLY("month"),
  YEARLY("year");

  private final String noun;

  Period(String noun) {
    this.noun = noun;
  }

  String noun() {
    return noun;
  }

  /** {@code daily}. */
  String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Equal for two moments if and only if they lie in the same stretch. */
  Object of(Instant moment, ZoneId zone) {
    ZonedDateTime there = moment.atZone(zone);
    return switch (this) {
      // The hour that comes twice when clocks are set back is two hours.
      case HOURLY -> there.truncatedTo(ChronoUnit.HOURS).toInstant();
      case DAILY -> there.toLocalDate();
      case WEEKLY -> there.toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
      case MONTHLY -> YearMonth.from(there);
      case YEARLY -> there.getYear();
    };
  }
}
