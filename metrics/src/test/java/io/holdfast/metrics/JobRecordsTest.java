package io.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.metrics.JobFacts.History;
import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.scheduling.Plan;
import io.holdfast.scheduling.Schedule;
import io.holdfast.scheduling.Turn;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JobRecordsTest {
  private static final JobName NIGHTLY = new JobName("nightly", Optional.of("shop"));
  private static final Instant DUE = Instant.parse("2026-11-27T02:00:00Z");
  private static final Instant YESTERDAY = DUE.minus(Duration.ofDays(1));
  private static final Instant TOMORROW = DUE.plus(Duration.ofDays(1));
  private static final Instant NOW = DUE.plus(Duration.ofHours(1));
  private static final Turn OVER = new Turn.Waiting(TOMORROW, TOMORROW);
  private static final Turn AGAIN = new Turn.Waiting(DUE, NOW.plusSeconds(60));
  private static final Plan PLAN =
      new Plan(
          "nightly/shop",
          Schedule.parse("daily 02:00", ZoneOffset.UTC),
          Duration.ZERO,
          Optional.empty(),
          2,
          Duration.ofMinutes(10),
          List.of());

  private static RunEntry entry(Instant due, int attempt, Outcome outcome) {
    return new RunEntry(
        "nightly/shop/" + due + attempt,
        NIGHTLY,
        due,
        due.plusSeconds(60L * Math.max(1, attempt)),
        attempt,
        outcome,
        "1234");
  }

  private static History history(Turn turn, RunEntry... entries) {
    return new JobRecords(List.of(entries), turn, NOW).history(Optional.empty());
  }

  private static Instant start(Turn turn, RunEntry... entries) {
    return new JobRecords(List.of(entries), turn, NOW).start(PLAN);
  }

  @Test
  void aJobThatNobodyHasSeenIsNotTakenUp() {
    assertThat(history(OVER))
        .isEqualTo(
            new History(false, Optional.empty(), 0, Optional.empty(), Optional.empty(), false, 0));
  }

  @Test
  void oneThatNeverRanIsSeenAndHasNoRuns() {
    History history = history(OVER, entry(YESTERDAY, 0, Outcome.SEEN));

    assertThat(history.takenUp()).isTrue();
    assertThat(history.since()).contains(YESTERDAY);
    assertThat(history.runs()).isZero();
    assertThat(history.last()).isEmpty();
    assertThat(history.lastSuccess()).isEmpty();
  }

  @Test
  void theLastRunIsTheOneThatEndedLastAndASuccessIsRemembered() {
    History history =
        history(OVER, entry(YESTERDAY, 1, Outcome.DONE), entry(DUE, 1, Outcome.REFUSED));

    assertThat(history.last().orElseThrow().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(history.last().orElseThrow().ended()).isEqualTo(DUE.plusSeconds(60));
    assertThat(history.lastSuccess()).contains(YESTERDAY.plusSeconds(60));
    assertThat(history.failing()).isTrue();
  }

  @Test
  void whatIsTriedAgainHasNotGoneWrongYet() {
    RunEntry failed = entry(DUE, 1, Outcome.FAILED);

    assertThat(history(AGAIN, entry(YESTERDAY, 1, Outcome.DONE), failed).failing()).isFalse();
    assertThat(history(OVER, entry(YESTERDAY, 1, Outcome.DONE), failed).failing()).isTrue();
    assertThat(history(AGAIN, entry(YESTERDAY, 3, Outcome.FAILED), failed).failing())
        .as("the one before it has")
        .isTrue();
    assertThat(history(OVER, failed, entry(DUE, 2, Outcome.DONE)).failing()).isFalse();
  }

  @Test
  void aFailureByHandIsTheAffairOfWhoeverDidIt() {
    assertThat(
            history(OVER, entry(YESTERDAY, 1, Outcome.DONE), entry(DUE, 0, Outcome.NO)).failing())
        .isFalse();
    assertThat(
            history(OVER, entry(YESTERDAY, 1, Outcome.NO), entry(DUE, 0, Outcome.DONE)).failing())
        .isFalse();
    assertThat(history(OVER, entry(DUE, 0, Outcome.MISSED)).failing())
        .as("nobody starts what is missed")
        .isTrue();
  }

  @Test
  void whatSomebodyStoppedIsNeitherGoodNorBad() {
    History history =
        history(OVER, entry(YESTERDAY, 1, Outcome.NO), entry(DUE, 1, Outcome.INTERRUPTED));

    assertThat(history.failing()).isTrue();
    assertThat(history.last().orElseThrow().outcome()).isEqualTo(Outcome.INTERRUPTED);
    assertThat(history.lastSuccess()).isEmpty();
  }

  @Test
  void failuresAreThoseOfTheLastDay() {
    assertThat(
            history(
                    OVER,
                    entry(YESTERDAY, 1, Outcome.FAILED),
                    entry(DUE, 1, Outcome.FAILED),
                    entry(DUE, 2, Outcome.FAILED),
                    entry(DUE, 3, Outcome.DONE))
                .failures())
        .isEqualTo(2);
  }

  @Test
  void whatShouldHaveBegunDidSoWhenItWasDueOrToBeTriedAgain() {
    assertThat(start(OVER)).isEqualTo(TOMORROW);
    assertThat(start(AGAIN)).isEqualTo(NOW.plusSeconds(60));
    assertThat(start(new Turn.Now(DUE, 1, 0))).isEqualTo(DUE);
    assertThat(start(new Turn.Missed(DUE))).isEqualTo(DUE);
    assertThat(start(new Turn.Now(DUE, 2, 0), entry(DUE, 1, Outcome.FAILED)))
        .isEqualTo(DUE.plus(Duration.ofMinutes(11)));
  }
}
