package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a plan is due, by a clock of the test. */
final class TestPlanTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private static TestPlan every(Duration time) {
    return new TestPlan("weekly", time, Optional.empty());
  }

  private static DailyWindow window(String from, String to, String zone) {
    return new DailyWindow(LocalTime.parse(from), LocalTime.parse(to), ZoneId.of(zone));
  }

  @Test
  void aPlanThatWasNeverCarriedOutIsDueAtOnceAndOverdueADayLater() {
    TestPlan plan = every(Duration.ofDays(7));
    CarriedOut never = new CarriedOut(Map.of(), Optional.of(NOW));

    assertThat(plan.due(Optional.empty(), NOW)).isTrue();
    assertThat(plan.next(Optional.empty(), NOW)).contains(NOW);
    assertThat(never.overdue(plan, NOW.plus(Duration.ofHours(25)))).isFalse();
    assertThat(never.overdue(plan, NOW.plus(Duration.ofHours(25)).plusSeconds(1))).isTrue();
  }

  @Test
  void withAWindowTheDayBeginsWhenThatOpens() {
    TestPlan plan =
        new TestPlan("weekly", Duration.ofDays(7), Optional.of(window("04:00", "08:00", "UTC")));
    CarriedOut never = new CarriedOut(Map.of(), Optional.of(NOW));

    assertThat(never.overdue(plan, Instant.parse("2026-11-28T05:00:00Z"))).isFalse();
    assertThat(never.overdue(plan, Instant.parse("2026-11-28T05:00:01Z"))).isTrue();
  }

  @Test
  void whereThereIsNothingToProveNoPlanIsOverdue() {
    CarriedOut nothing = new CarriedOut(Map.of(), Optional.empty());

    assertThat(nothing.overdue(every(Duration.ofDays(7)), NOW)).isFalse();
  }

  @Test
  void itIsDueWhenItsTimeIsOverAndOverdueWhenItsToleranceIsToo() {
    TestPlan plan = every(Duration.ofDays(7));
    Optional<Instant> began = Optional.of(NOW);
    CarriedOut once =
        new CarriedOut(Map.of("weekly", NOW), Optional.of(NOW.minus(Duration.ofDays(90))));

    assertThat(plan.due(began, NOW.plus(Duration.ofDays(6)))).isFalse();
    assertThat(plan.due(began, NOW.plus(Duration.ofDays(7)))).isTrue();
    assertThat(once.overdue(plan, NOW.plus(Duration.ofDays(7)).plusSeconds(3600))).isFalse();
    assertThat(once.overdue(plan, NOW.plus(Duration.ofDays(8)))).isTrue();
  }

  @Test
  void whoAsksEachHourDoesNotComeAnHourLaterEachTime() {
    TestPlan plan = every(Duration.ofDays(1));
    Instant hour = Instant.parse("2026-11-26T02:00:00Z");

    Optional<Instant> began = Optional.of(hour.plusSeconds(40));
    assertThat(plan.due(began, hour.plus(Duration.ofHours(23)))).isFalse();
    assertThat(plan.due(began, hour.plus(Duration.ofHours(24)))).isTrue();
  }

  @Test
  void outsideItsWindowItIsNotDueAndSaysWhenItOpens() {
    TestPlan plan =
        new TestPlan(
            "weekly", Duration.ofDays(7), Optional.of(window("01:00", "05:00", "Europe/Paris")));

    assertThat(plan.due(Optional.empty(), NOW)).isFalse();
    assertThat(plan.next(Optional.empty(), NOW)).contains(Instant.parse("2026-11-27T00:00:00Z"));
    assertThat(plan.due(Optional.empty(), Instant.parse("2026-11-27T00:00:00Z"))).isTrue();
    assertThat(plan.due(Optional.empty(), Instant.parse("2026-11-27T04:00:00Z"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // Over midnight.
    "22:00, 04:00, UTC, 2026-11-26T23:59:59Z, true",
    "22:00, 04:00, UTC, 2026-11-27T03:59:59Z, true",
    "22:00, 04:00, UTC, 2026-11-27T04:00:00Z, false",
    // Summer: the same clock time is another moment.
    "01:00, 05:00, Europe/Paris, 2026-07-01T02:59:00Z, true",
    "01:00, 05:00, Europe/Paris, 2026-07-01T03:00:00Z, false",
    // Set forward from 02:00 to 03:00 at 01:00Z; the window ends with the gap.
    "01:30, 02:30, Europe/Paris, 2026-03-29T00:59:59Z, true",
    "01:30, 02:30, Europe/Paris, 2026-03-29T01:00:00Z, false",
    // Set back from 03:00 to 02:00 at 01:00Z: it is half past two twice.
    "02:15, 02:45, Europe/Paris, 2026-10-25T00:30:00Z, true",
    "02:15, 02:45, Europe/Paris, 2026-10-25T00:50:00Z, false",
    "02:15, 02:45, Europe/Paris, 2026-10-25T01:30:00Z, true"
  })
  void aWindowGoesByTheClocksThere(
      String from, String to, String zone, Instant moment, boolean inside) {
    assertThat(window(from, to, zone).contains(moment)).isEqualTo(inside);
  }

  @Test
  void aWindowThatBeginsInTheHourThatIsLeftOutOpensAfterItAndOneInItNotThatDay() {
    Instant midnight = Instant.parse("2026-03-28T23:00:00Z");

    assertThat(window("02:15", "04:00", "Europe/Paris").firstFrom(midnight))
        .contains(Instant.parse("2026-03-29T01:00:00Z"));
    assertThat(window("02:15", "02:45", "Europe/Paris").firstFrom(midnight))
        .contains(Instant.parse("2026-03-30T00:15:00Z"));
  }
}
