package io.holdfast.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Moments and spans for people: in their own time zone, and saying which. */
public final class Times {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ssXXX");

  private Times() {}

  /** A form that {@code restore --at} takes back: {@code 2026-11-22 10:14:07+01:00}. */
  public static String local(Instant moment) {
    return SECOND.format(moment.atZone(ZoneId.systemDefault()));
  }

  /** {@code 0.4 s}, {@code 37 s}, {@code 4 min 10 s}, {@code 3 h 12 min}. */
  public static String span(Duration span) {
    return Pace.words(span);
  }
}
