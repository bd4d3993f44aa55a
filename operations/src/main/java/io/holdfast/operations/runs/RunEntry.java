package io.holdfast.operations.runs;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run as its name tells it, unread: {@code (schedule)/(cluster or -)/(due)-(ended)-(attempt)-
 * (outcome)-(id)}. Names sort by the moment they were due.
 *
 * @param due to the second
 * @param ended to the second
 * @param attempt 0 for one started by hand
 */
public record RunEntry(
    String name, JobName job, Instant due, Instant ended, int attempt, Outcome outcome, String id) {
  /** Hosts agree within that. */
  private static final Duration TOLERANCE = Duration.ofMinutes(15);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME =
      Pattern.compile(
          "([a-z0-9_-]+)/([a-z0-9_-]+)/(\\d{8}T\\d{6}Z)-(\\d{8}T\\d{6}Z)-(\\d+)-([a-z]+)-([a-z0-9]+)");

  static String nameOf(Run run) {
    return String.format(
        Locale.ROOT,
        "%s/%s-%s-%d-%s-%s",
        run.job().folder(),
        TIME.format(run.due()),
        TIME.format(run.ended()),
        run.attempt(),
        run.outcome().word(),
        run.id());
  }

  /** Empty for what is none. */
  static Optional<RunEntry> parse(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      Instant due = TIME.parse(parts.group(3), Instant::from);
      Instant ended = TIME.parse(parts.group(4), Instant::from);
      int attempt = Integer.parseInt(parts.group(5));
      return Outcome.of(parts.group(6))
          .map(outcome ->
              new RunEntry(
                  name,
                  JobName.of(parts.group(1), parts.group(2)),
                  due,
                  ended,
                  attempt,
                  outcome,
                  parts.group(7)));
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether it is what the run says of itself. */
  boolean tellsOf(Run run) {
    return run.job().equals(job)
        && run.due().truncatedTo(ChronoUnit.SECONDS).equals(due)
        && run.ended().truncatedTo(ChronoUnit.SECONDS).equals(ended)
        && run.attempt() == attempt
        && run.outcome() == outcome
        && run.id().equals(id);
  }

  /** Where it lies in the repository. */
  public String place() {
    return Runs.AREA + "/" + name;
  }

  /** Whether a moment that it names has not come yet, by more than hosts may disagree. */
  public boolean isAhead(Instant now) {
    return isAhead(due, now) || isAhead(ended, now);
  }

  public static boolean isAhead(Instant moment, Instant now) {
    return moment.isAfter(now.plus(TOLERANCE));
  }

  public boolean byHand() {
    return attempt == 0 && outcome != Outcome.SEEN && outcome != Outcome.MISSED;
  }
}
