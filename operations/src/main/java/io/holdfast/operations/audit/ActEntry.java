package io.holdfast.operations.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A record as its name tells it, unread: {@code (yyyyMM)/(began, to the millisecond)-(id)-(intent
 * or end)}. Names sort by time, and a month can be listed by itself.
 */
public record ActEntry(String name, Instant began, String id, boolean intent) {
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("yyyyMM").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME =
      Pattern.compile("(\\d{6})/(\\d{8}T\\d{9}Z)-([a-z0-9]+)-(intent|end)");

  static String nameOf(Act act) {
    return month(act.began())
        + "/"
        + TIME.format(act.began())
        + "-"
        + act.id()
        + (act.ended().isEmpty() ? "-intent" : "-end");
  }

  /** Below which name the records of that time lie. */
  static String month(Instant moment) {
    return MONTH.format(moment);
  }

  /** Empty for what is none. */
  static Optional<ActEntry> parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      Instant began = TIME.parse(parts.group(2), Instant::from);
      return Optional.of(new ActEntry(name, began, parts.group(3), parts.group(4).equals("intent")))
          .filter(entry -> month(began).equals(parts.group(1)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whether it is what the record says of itself. */
  boolean tellsOf(Act act) {
    return act.id().equals(id)
        && act.began().truncatedTo(ChronoUnit.MILLIS).equals(began)
        && act.ended().isEmpty() == intent;
  }
}
