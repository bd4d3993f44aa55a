package io.holdfast.scheduling;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Days and hours in which nothing is to begin: {@code Mo-Fr 08:00-18:00 Europe/Paris}. Immutable.
 *
 * @param days on which it begins
 * @param to exclusive; not after {@code from}: of the next day
 */
public record Blackout(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
  /** The form of the text; what it leaves open {@link #parse} checks. */
  public static final Pattern FORM =
      Pattern.compile(
          "(?:(?<first>Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?<last>Mo|Tu|We|Th|Fr|Sa|Su))? )?"
              + "(?<from>[0-9]{2}:[0-9]{2})-(?<to>[0-9]{2}:[0-9]{2})"
              + "(?: (?<zone>[A-Za-z][A-Za-z0-9_+/-]*))?");

  private static final List<String> DAYS = List.of("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su");

  /** No week is without an end to it. */
  private static final int MOST = 8;

  /**
   * @throws IllegalArgumentException saying what was expected
   */
  public static Blackout parse(String text, ZoneId otherwise) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "expected days and hours such as 'Mo-Fr 08:00-18:00 Europe/Paris', found '" + text + "'");
    }
    try {
      Blackout blackout =
          new Blackout(
              days(parts.group("first"), parts.group("last")),
              LocalTime.parse(parts.group("from")),
              end(parts.group("to")),
              parts.group("zone") == null ? otherwise : ZoneId.of(parts.group("zone")));
      if (blackout.days.size() == 7 && blackout.from.equals(blackout.to)) {
        throw new IllegalArgumentException(
            "expected hours that end; '" + text + "' leaves none in which anything may begin");
      }
      return blackout;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a time that clocks show and a time zone that is known, found '" + text + "'",
          e);
    }
  }

  private static LocalTime end(String text) {
    return text.equals("24:00") ? LocalTime.MIDNIGHT : LocalTime.parse(text);
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

  public boolean contains(Instant moment) {
    ZonedDateTime at = moment.atZone(zone);
    LocalTime time = at.toLocalTime();
    boolean today = days.contains(at.getDayOfWeek());
    if (from.isBefore(to)) {
      return today && !time.isBefore(from) && time.isBefore(to);
    }
    boolean yesterday = days.contains(at.getDayOfWeek().minus(1));
    return (today && !time.isBefore(from)) || (yesterday && time.isBefore(to));
  }

  /** That moment, or the first one after it that is in none of them. */
  public static Instant outside(List<Blackout> all, Instant moment) {
    Instant at = moment;
    for (int i = 0; i < MOST * Math.max(1, all.size()); i++) {
      Instant now = at;
      Instant next =
          all.stream()
              .filter(each -> each.contains(now))
              .map(each -> each.endAfter(now))
              .max(Instant::compareTo)
              .orElse(now);
      if (next.equals(now)) {
        return now;
      }
      at = next;
    }
    return at;
  }

  private Instant endAfter(Instant moment) {
    LocalDate day = moment.atZone(zone).toLocalDate();
    for (int ahead = 0; ahead <= 2; ahead++) {
      Instant end = day.plusDays(ahead).atTime(to).atZone(zone).toInstant();
      if (end.isAfter(moment)) {
        return end;
      }
    }
    return moment;
  }
}
