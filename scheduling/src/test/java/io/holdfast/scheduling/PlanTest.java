package io.holdfast.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.scheduling.Past.Trying;
import io.holdfast.scheduling.Turn.Missed;
import io.holdfast.scheduling.Turn.Now;
import io.holdfast.scheduling.Turn.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Instant DUE = Instant.parse("2026-11-27T02:00:00Z");
  private static final Past NEW = Past.since(DUE.minus(Duration.ofHours(10)));

  private static Plan plan(Optional<Duration> catchUp, List<Blackout> blackouts) {
    return new Plan(
        "nightly/shop",
        Schedule.parse("daily 02:00", ZoneOffset.UTC),
        Duration.ZERO,
        catchUp,
        2,
        Duration.ofMinutes(10),
        blackouts);
  }

  private static Plan plan() {
    return plan(Optional.empty(), List.of());
  }

  @Test
  void nothingIsToDoBeforeItIsDue() {
    assertThat(plan().at(NEW, DUE.minusSeconds(1))).isEqualTo(new Waiting(DUE, DUE));
    assertThat(plan().at(NEW, DUE)).isEqualTo(new Now(DUE, 1, 0));
  }

  @Test
  void whatIsHandledIsOver() {
    Past done = new Past(NEW.since(), Optional.of(DUE), Optional.empty());
    Instant tomorrow = DUE.plus(Duration.ofDays(1));

    assertThat(plan().at(done, DUE.plusSeconds(60))).isEqualTo(new Waiting(tomorrow, tomorrow));
    assertThat(plan().at(done, tomorrow)).isEqualTo(new Now(tomorrow, 1, 0));
  }

  @Test
  void whatWasMissedIsMadeUpForByOneRun() {
    Instant later = DUE.plus(Duration.ofDays(3)).plusSeconds(7);

    assertThat(plan().at(NEW, later)).isEqualTo(new Now(DUE.plus(Duration.ofDays(3)), 1, 3));
  }

  @Test
  void aFailureIsTriedAgainAfterAWhileAndNotForEver() {
    Instant failed = DUE.plusSeconds(30);
    Past once = new Past(NEW.since(), Optional.empty(), Optional.of(new Trying(DUE, 1, failed)));
    Instant again = failed.plus(Duration.ofMinutes(10));

    assertThat(plan().at(once, failed)).isEqualTo(new Waiting(DUE, again));
    assertThat(plan().at(once, again)).isEqualTo(new Now(DUE, 2, 0));

    Past often = new Past(NEW.since(), Optional.empty(), Optional.of(new Trying(DUE, 3, failed)));
    Instant tomorrow = DUE.plus(Duration.ofDays(1));
    assertThat(plan().at(often, again)).isEqualTo(new Waiting(tomorrow, tomorrow));
    assertThat(plan().at(often, tomorrow)).isEqualTo(new Now(tomorrow, 1, 1));
  }

  @Test
  void whatIsTooLateIsMissedAndSaidSo() {
    Plan strict = plan(Optional.of(Duration.ofHours(2)), List.of());

    assertThat(strict.at(NEW, DUE.plus(Duration.ofHours(2)))).isEqualTo(new Now(DUE, 1, 0));
    assertThat(strict.at(NEW, DUE.plus(Duration.ofHours(2)).plusSeconds(1)))
        .isEqualTo(new Missed(DUE));
  }

  @Test
  void aBlackoutPutsItOff() {
    List<Blackout> morning = List.of(Blackout.parse("01:00-05:00", ZoneOffset.UTC));
    Instant end = Instant.parse("2026-11-27T05:00:00Z");

    assertThat(plan(Optional.empty(), morning).at(NEW, DUE)).isEqualTo(new Waiting(DUE, end));
    assertThat(plan(Optional.empty(), morning).at(NEW, end)).isEqualTo(new Now(DUE, 1, 0));
    // Down over the whole night, up again in the next one's blackout.
    assertThat(
            plan(Optional.empty(), morning).at(NEW, DUE.plus(Duration.ofDays(1)).minusSeconds(60)))
        .isEqualTo(new Waiting(DUE, end.plus(Duration.ofDays(1))));
  }

  @Test
  void aBlackoutThatOutlastsTheCatchUpMakesItMissed() {
    Plan plan =
        plan(
            Optional.of(Duration.ofHours(1)),
            List.of(Blackout.parse("01:00-05:00", ZoneOffset.UTC)));
    Instant tooLate = DUE.plus(Duration.ofHours(1)).plusSeconds(1);

    assertThat(plan.at(NEW, DUE)).isEqualTo(new Waiting(DUE, tooLate));
    assertThat(plan.at(NEW, tooLate)).isEqualTo(new Missed(DUE));
  }

  @Test
  void aWaitIsNeverInThePastAndEndsInATurn() {
    Plan jittered =
        new Plan(
            "nightly/shop",
            Schedule.parse("every 1h", ZoneOffset.UTC),
            Duration.ofMinutes(30),
            Optional.empty(),
            1,
            Duration.ofMinutes(5),
            List.of(Blackout.parse("Fr 08:00-18:00", ZoneOffset.UTC)));
    Past past = NEW;
    int runs = 0;
    Instant end = NEW.since().plus(Duration.ofDays(7));
    for (Instant now = NEW.since(); now.isBefore(end); ) {
      Turn turn = jittered.at(past, now);
      if (turn instanceof Waiting waiting) {
        assertThat(waiting.from()).isAfter(now);
        now = waiting.from();
      } else {
        past = new Past(past.since(), Optional.of(turn.due()), Optional.empty());
        runs++;
      }
    }
    assertThat(runs).isBetween(7 * 24 - 11, 7 * 24 - 9);
  }
}
