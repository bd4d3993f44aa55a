package io.holdfast.scheduling;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;

/**
 * The five fields of cron. The library computes on clocks that are never set, and what clocks on
 * the wall do is decided here, for left to itself it drops the run of a night in which clocks are
 * set forward over it. A line with an hour of its own is due once a day, whatever the clocks do: at
 * the moment they are set forward over it, or the first of the two times they show it. A line for
 * all hours goes on through every hour that really passes.
 */
final class CronRhythm implements Rhythm {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** Clocks are set by less than this. */
  private static final Duration AROUND = Duration.ofHours(4);

  private final ExecutionTime times;
  private final boolean allHours;
  private final ZoneId zone;

  private CronRhythm(ExecutionTime times, boolean allHours, ZoneId zone) {
    this.times = times;
    this.allHours = allHours;
    this.zone = zone;
  }

  /**
   * @throws IllegalArgumentException saying what was expected
   */
  static CronRhythm parse(String line, ZoneId zone) {
    Cron cron;
    try {
      cron = PARSER.parse(line).validate();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected the five fields of cron, such as '0 2 * * *': " + reason(e), e);
    }
    CronRhythm rhythm = new CronRhythm(ExecutionTime.forCron(cron), forAllHours(line), zone);
    if (rhythm.local(LocalDateTime.of(2024, 1, 1, 0, 0)).isEmpty()) {
      throw new IllegalArgumentException("expected a time that comes; '" + line + "' never does");
    }
    return rhythm;
  }

  private static boolean forAllHours(String line) {
    return line.strip().split("\\s+", 3)[1].startsWith("*");
  }

  private static String reason(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).replaceFirst("^Failed to parse cron expression\\. ", "");
  }

  @Override
  public Instant after(Instant moment) {
    ZoneRules rules = zone.getRules();
    LocalDateTime start = LocalDateTime.ofInstant(moment, zone);
    boolean quiet = !changesAround(rules, moment);
    LocalDateTime at = quiet ? start : start.minus(AROUND);
    Instant best = Instant.MAX;
    while (true) {
      at = local(at).orElseThrow(() -> new IllegalStateException("no such time comes"));
      for (Instant each : moments(rules, at)) {
        if (each.isAfter(moment) && each.isBefore(best)) {
          best = each;
        }
      }
      boolean settled =
          best.isBefore(Instant.MAX)
              && (quiet || at.isAfter(LocalDateTime.ofInstant(best, zone).plus(AROUND)));
      if (settled) {
        return best;
      }
    }
  }

  private static boolean changesAround(ZoneRules rules, Instant moment) {
    ZoneOffsetTransition next = rules.nextTransition(moment.minus(AROUND));
    return next != null && next.getInstant().isBefore(moment.plus(Duration.ofDays(1)).plus(AROUND));
  }

  /** When clocks there show that time: as a rule once. */
  private List<Instant> moments(ZoneRules rules, LocalDateTime time) {
    List<ZoneOffset> offsets = rules.getValidOffsets(time);
    if (offsets.size() == 1) {
      return List.of(time.toInstant(offsets.getFirst()));
    }
    ZoneOffsetTransition change = rules.getTransition(time);
    if (offsets.isEmpty()) {
      return allHours ? List.of() : List.of(change.getInstant());
    }
    Instant first = time.toInstant(change.getOffsetBefore());
    return allHours ? List.of(first, time.toInstant(change.getOffsetAfter())) : List.of(first);
  }

  private Optional<LocalDateTime> local(LocalDateTime after) {
    return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
  }
}
