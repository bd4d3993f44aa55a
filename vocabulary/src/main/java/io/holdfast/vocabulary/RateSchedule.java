package io.holdfast.vocabulary;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a second may pass, by day and hour: {@code 20MB/s}, {@code 5MB/s Mo-Fr
 * 08:00-18:00, 50MB/s}. The first part that fits counts; where none does, there is no limit.
 */
public final class RateSchedule {
  /** The form of the text; what it leaves open {@link #parse} checks. */
  public static final Pattern FORM =
      Pattern.compile("[0-9A-Za-z]+(/s)?[0-9A-Za-z:/ -]*(,[0-9A-Za-z:/ -]+)*");

  /** Slower than this, reading a piece would take so long that the site seems to hang. */
  public static final long LEAST = 1 << 20;

  private static final List<String> DAYS = List.of("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su");
  private static final String DAY = "(?:" + String.join("|", DAYS) + ")";
  private static final String TIME = "(?:[01]\\d|2[0-3]):[0-5]\\d";
  private static final Pattern PART =
      Pattern.compile(
          "\\s*(none|\\d+ ?[kKmMgG]i?[bB]?/s)(?:\\s+(DAY)(?:-(DAY))?)?(?:\\s+(TIME)-(TIME))?\\s*"
              .replace("DAY", DAY)
              .replace("TIME", TIME));

  private final List<Part> parts;

  /**
   * @param bytesPerSecond 0 for no limit
   * @param days on which it begins
   * @param to not after {@code from}: on the next day
   */
  private record Part(long bytesPerSecond, Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    boolean holds(LocalDateTime at) {
      LocalTime time = at.toLocalTime();
      boolean today = days.contains(at.getDayOfWeek());
      if (from.isBefore(to)) {
        return today && !time.isBefore(from) && time.isBefore(to);
      }
      boolean yesterday = days.contains(at.getDayOfWeek().minus(1));
      return (today && !time.isBefore(from)) || (yesterday && time.isBefore(to));
    }
  }

  private RateSchedule(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * @throws IllegalArgumentException saying what was expected
   */
  public static RateSchedule parse(String text) {
    List<Part> parts = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      Matcher part = PART.matcher(each);
      if (!part.matches()) {
        throw new IllegalArgumentException(
            "expected a rate such as 20MB/s, or '5MB/s Mo-Fr 08:00-18:00, 50MB/s'; found '"
                + each.strip()
                + "'");
      }
      parts.add(
          new Part(
              rate(part.group(1)),
              days(part.group(2), part.group(3)),
              time(part.group(4)),
              time(part.group(5))));
    }
    return new RateSchedule(parts);
  }

  private static long rate(String text) {
    if (text.equals("none")) {
      return 0;
    }
    long bytes = ByteSize.parse(text.substring(0, text.length() - 2)).bytes();
    if (bytes < LEAST) {
      throw new IllegalArgumentException("expected 1MB/s or more, or none; found '" + text + "'");
    }
    return bytes;
  }

  private static Set<DayOfWeek> days(@Nullable String first, @Nullable String last) {
    if (first == null) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    DayOfWeek end = day(last == null ? first : last);
    for (DayOfWeek day = day(first); days.add(day) && day != end; day = day.plus(1)) {
      // Over the end of the week, too.
    }
    return days;
  }

  private static DayOfWeek day(String text) {
    return DayOfWeek.of(DAYS.indexOf(text) + 1);
  }

  private static LocalTime time(@Nullable String text) {
    return text == null ? LocalTime.MIDNIGHT : LocalTime.parse(text);
  }

  /** 0 for no limit. */
  public long at(LocalDateTime moment) {
    return parts.stream()
        .filter(part -> part.holds(moment))
        .findFirst()
        .map(Part::bytesPerSecond)
        .orElse(0L);
  }
}
