package io.holdfast.scheduling;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When something is due again and again: {@code daily 02:00 Europe/Paris}, {@code every 6h}, {@code
 * 0 2 * * 1-5}. Immutable. The same text names the same moments on every machine that has the same
 * time zone data.
 */
public final class Schedule {
  private static final Pattern WITH_ZONE =
      Pattern.compile("(?<rest>.+?)\\s+(?<zone>[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+|UTC|GMT|Z)");

  /** Looking back for the last one, each of these is tried. */
  private static final List<Duration> SPANS =
      List.of(
          Duration.ofMinutes(2),
          Duration.ofHours(3),
          Duration.ofDays(2),
          Duration.ofDays(40),
          Duration.ofDays(400));

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(366);

  private final String text;
  private final ZoneId zone;
  private final Rhythm rhythm;

  private Schedule(String text, ZoneId zone, Rhythm rhythm) {
    this.text = text;
    this.zone = zone;
    this.rhythm = rhythm;
  }

  /**
   * @param otherwise the time zone of a text that names none
   * @throws IllegalArgumentException saying what was expected
   */
  public static Schedule parse(String text, ZoneId otherwise) {
    String words = text.strip().replaceAll("\\s+", " ");
    Matcher named = WITH_ZONE.matcher(words);
    if (!named.matches()) {
      return new Schedule(words, otherwise, rhythm(words, otherwise));
    }
    ZoneId zone = zone(named.group("zone"));
    return new Schedule(words, zone, rhythm(named.group("rest"), zone));
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a time zone such as Europe/Paris; nobody knows '" + text + "'", e);
    }
  }

  private static Rhythm rhythm(String words, ZoneId zone) {
    Optional<Duration> interval = PlainWords.interval(words);
    if (interval.isPresent()) {
      if (interval.get().compareTo(SHORTEST) < 0 || interval.get().compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "expected an interval between a minute and a year, found '" + words + "'");
      }
      return new IntervalRhythm(interval.get());
    }
    Optional<String> line = PlainWords.cron(words);
    if (line.isPresent()) {
      return CronRhythm.parse(line.get(), zone);
    }
    if (words.split(" ", -1).length != 5) {
      throw new IllegalArgumentException(
          "expected a time such as " + PlainWords.FORMS + "; found '" + words + "'");
    }
    return CronRhythm.parse(words, zone);
  }

  /** As it was written, with single blanks. */
  public String text() {
    return text;
  }

  /** Where its times are meant. */
  public ZoneId zone() {
    return zone;
  }

  /** The first moment after that one at which it is due. To the second. */
  public Instant after(Instant moment) {
    return rhythm.after(moment);
  }

  /** The first moments after that one. */
  public List<Instant> after(Instant moment, int count) {
    List<Instant> moments = new ArrayList<>();
    Instant at = moment;
    for (int i = 0; i < count; i++) {
      at = after(at);
      moments.add(at);
    }
    return moments;
  }

  /** The last moment at or before {@code now} and after {@code since} at which it was due. */
  public Optional<Instant> last(Instant since, Instant now) {
    for (Duration span : SPANS) {
      Instant from = now.minus(span);
      boolean whole = from.isBefore(since);
      Optional<Instant> found = lastFrom(whole ? since : from, now);
      if (found.isPresent() || whole) {
        return found;
      }
    }
    return lastFrom(since, now);
  }

  private Optional<Instant> lastFrom(Instant since, Instant now) {
    Optional<Instant> last = Optional.empty();
    for (Instant at = after(since); !at.isAfter(now); at = after(at)) {
      last = Optional.of(at);
    }
    return last;
  }

  @Override
  public String toString() {
    return text;
  }
}
