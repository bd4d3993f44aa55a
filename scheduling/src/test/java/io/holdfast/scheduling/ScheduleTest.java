package io.holdfast.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final Instant FRIDAY = Instant.parse("2026-11-27T00:30:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "daily 02:00 | 2026-11-27T02:00:00Z",
        "daily 02:00 Europe/Paris | 2026-11-27T01:00:00Z",
        "daily at 00:30 | 2026-11-28T00:30:00Z",
        "sunday 03:00 | 2026-11-29T03:00:00Z",
        "Sundays at 3:00 | 2026-11-29T03:00:00Z",
        "weekly 03:00 | 2026-11-29T03:00:00Z",
        "weekly monday 03:00 | 2026-11-30T03:00:00Z",
        "weekdays 00:15 | 2026-11-30T00:15:00Z",
        "weekends 04:00 | 2026-11-28T04:00:00Z",
        "monthly 04:00 | 2026-12-01T04:00:00Z",
        "monthly 31 04:00 | 2026-12-31T04:00:00Z",
        "quarterly 05:00 | 2027-01-01T05:00:00Z",
        "hourly | 2026-11-27T01:00:00Z",
        "hourly :20 | 2026-11-27T01:20:00Z",
        "every 6h | 2026-11-27T06:00:00Z",
        "every 15m | 2026-11-27T00:45:00Z",
        "0 2 * * 1-5 Europe/Paris | 2026-11-27T01:00:00Z",
        "*/10 * * * * | 2026-11-27T00:40:00Z",
        "0 3 13 * 5 | 2026-11-27T03:00:00Z"
      })
  void wordsAndLinesNameTheirNextMoment(String text, String next) {
    assertThat(Schedule.parse(text, ZoneOffset.UTC).after(FRIDAY)).isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "daily",
        "daily 25:00",
        "0 2 * *",
        "61 * * * *",
        "0 0 31 2 *",
        "every 0h",
        "every 5000d",
        "someday 02:00",
        "daily 02:00 Europe/Atlantis",
        "@daily",
        "0 2 * * 1-5 * UTC"
      })
  void whatNamesNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> Schedule.parse(text, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected ");
  }

  @Test
  void aNightWithoutTheHourHasItsRunAtTheMomentTheClocksAreSet() {
    Schedule schedule = Schedule.parse("30 2 * * * Europe/Berlin", ZoneOffset.UTC);

    assertThat(schedule.after(Instant.parse("2026-03-28T12:00:00Z"), 2))
        .containsExactly(
            Instant.parse("2026-03-29T01:00:00Z"), Instant.parse("2026-03-30T00:30:00Z"));
  }

  @Test
  void aNightThatHasTheHourTwiceHasOneRun() {
    Schedule schedule = Schedule.parse("30 2 * * * Europe/Berlin", ZoneOffset.UTC);

    assertThat(schedule.after(Instant.parse("2026-10-24T12:00:00Z"), 2))
        .containsExactly(
            Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
  }

  @Test
  void aLineForEveryHourGoesOnThroughBothPasses() {
    Schedule schedule = Schedule.parse("0 * * * * Europe/Berlin", ZoneOffset.UTC);

    assertThat(schedule.after(Instant.parse("2026-10-24T23:30:00Z"), 4))
        .containsExactly(
            Instant.parse("2026-10-25T00:00:00Z"),
            Instant.parse("2026-10-25T01:00:00Z"),
            Instant.parse("2026-10-25T02:00:00Z"),
            Instant.parse("2026-10-25T03:00:00Z"));
  }

  /** Against clocks looked at minute by minute, in every zone that sets its clocks. */
  @Test
  void whateverTheClocksOfAZoneDoEachDayHasItsRun() {
    int zones = 0;
    for (String id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
      ZoneId zone = ZoneId.of(id);
      ZoneOffsetTransition change = zone.getRules().nextTransition(FRIDAY);
      for (int i = 0; i < 2 && change != null; i++) {
        Instant from = change.getInstant().minus(Duration.ofHours(30));
        Instant to = change.getInstant().plus(Duration.ofHours(40));
        LocalTime inside =
            (change.isGap() ? change.getDateTimeBefore() : change.getDateTimeAfter())
                .toLocalTime()
                .plusMinutes(20);
        assertRuns(zone, inside, from, to);
        change = zone.getRules().nextTransition(change.getInstant());
        zones++;
      }
    }
    assertThat(zones).isGreaterThan(100);
  }

  private static void assertRuns(ZoneId zone, LocalTime time, Instant from, Instant to) {
    Schedule schedule = Schedule.parse(time.getMinute() + " " + time.getHour() + " * * *", zone);
    List<Instant> runs = new ArrayList<>();
    for (Instant at = schedule.after(from); at.isBefore(to); at = schedule.after(at)) {
      runs.add(at);
    }
    assertThat(runs).as(zone + " " + time).isEqualTo(byTheClock(zone, time, from, to));
  }

  private static List<Instant> byTheClock(ZoneId zone, LocalTime time, Instant from, Instant to) {
    List<Instant> runs = new ArrayList<>();
    LocalDateTime shown = LocalDateTime.ofInstant(from, zone);
    for (Instant at = from.plusSeconds(60); at.isBefore(to); at = at.plusSeconds(60)) {
      LocalDateTime now = LocalDateTime.ofInstant(at, zone);
      // Clocks may be set over midnight, and over a whole day.
      for (int back = 0; back <= 1; back++) {
        LocalDateTime wanted = now.toLocalDate().minusDays(back).atTime(time);
        if (shown.isBefore(wanted) && !now.isBefore(wanted)) {
          runs.add(at);
        }
      }
      shown = now.isAfter(shown) ? now : shown;
    }
    return runs;
  }

  @Test
  void intervalsAreTheSameOnEveryMachine() {
    Schedule schedule = Schedule.parse("every 6h", ZoneId.of("Asia/Kolkata"));

    assertThat(schedule.after(FRIDAY, 2))
        .containsExactly(
            Instant.parse("2026-11-27T06:00:00Z"), Instant.parse("2026-11-27T12:00:00Z"));
  }

  @Test
  void theLastOneIsFoundHoweverLongAgo() {
    Schedule daily = Schedule.parse("daily 02:00", ZoneOffset.UTC);
    Schedule yearly = Schedule.parse("0 0 29 2 *", ZoneOffset.UTC);

    assertThat(daily.last(Instant.EPOCH, FRIDAY)).contains(Instant.parse("2026-11-26T02:00:00Z"));
    assertThat(daily.last(Instant.parse("2026-11-26T02:00:00Z"), FRIDAY)).isEmpty();
    assertThat(daily.last(FRIDAY, Instant.parse("2026-11-27T02:00:00Z")))
        .contains(Instant.parse("2026-11-27T02:00:00Z"));
    assertThat(yearly.last(Instant.EPOCH, FRIDAY)).contains(Instant.parse("2024-02-29T00:00:00Z"));
  }
}
