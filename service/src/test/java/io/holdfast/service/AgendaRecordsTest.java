package io.holdfast.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.Runs;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Records that others wrote, that are damaged or of the future, or cannot be written. */
class AgendaRecordsTest extends AgendaScene {
  /** A host whose clock was wrong has been here. */
  @Test
  void whatIsOfTheFutureStopsNothingAndIsTold() {
    Instant far = Instant.parse("2099-01-01T02:00:00Z");
    until(agenda(2, nightly("shop")), START.plusSeconds(60));
    runs.add(recorded(far, 1, Outcome.DONE));
    runs.add(recorded(far, 0, Outcome.SEEN));

    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    assertThat(starter.started).hasSize(1);
    starter.end(starter.last(), ExitStatus.DONE);
    until(agenda, DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).containsOnlyOnce("trouble").doesNotContain("over");
    runs.flaws(nightly("shop").name(), now).forEach(runs::remove);
    until(agenda, DUE.plus(Duration.ofHours(21)));
    assertThat(told.lines).endsWith("over");
  }

  @Test
  void aJobOfWhichAllIsOfTheFutureBeginsWithItsNextTime() {
    runs.add(recorded(Instant.parse("2099-01-01T02:00:00Z"), 1, Outcome.DONE));

    until(agenda(2, nightly("shop")), DUE.minusSeconds(1));
    assertThat(starter.started).isEmpty();
    until(agenda(2, nightly("shop")), DUE);

    assertThat(starter.started).hasSize(1);
  }

  /** Clocks of nodes disagree a little: what another one has done early is done. */
  @Test
  void whatANodeHasDoneWhoseClockIsALittleFastIsDone() {
    until(agenda(2, nightly("shop")), DUE.minus(Duration.ofMinutes(5)));
    runs.add(recorded(DUE, 1, Outcome.DONE));

    until(agenda(2, nightly("shop")), DUE.plus(Duration.ofHours(1)));

    assertThat(starter.started).isEmpty();
    assertThat(told.lines).isEmpty();
  }

  @Test
  void aFailureThatIsSaidToHaveEndedInTheFutureIsTriedAgain() {
    until(agenda(2, nightly("shop")), DUE.minusSeconds(60));
    Run failed = recorded(DUE, 1, Outcome.FAILED);
    Instant far = Instant.parse("2099-01-01T02:00:00Z");
    runs.add(
        new Run(
            failed.job(), DUE, DUE, far, 1, 0, Outcome.FAILED, 6, "", "", "", "", Runs.newId()));

    until(agenda(2, nightly("shop")), DUE.plus(Duration.ofMinutes(11)));

    assertThat(starter.started).hasSize(1);
    assertThat(starter.last().turn().attempt()).isEqualTo(2);
  }

  @Test
  void aPauseThatNobodyUnderstandsHoldsAndIsTold() {
    byte[] senseless = "paused at 2099-01-01T00:00:00Z by somebody".getBytes(UTF_8);
    repository.objects("pauses").put("nightly/shop/1", senseless, 0, senseless.length, Map.of());

    until(agenda(2, nightly("shop")), DUE.plusSeconds(60));

    assertThat(starter.started).isEmpty();
    assertThat(told.lines).containsExactly("trouble");
  }

  /** By 'schedule run', which is another process. */
  @Test
  void aSuccessByHandElsewhereIsToldAsWellAndAFailureIsNot() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.end(starter.last(), ExitStatus.NO);
    until(agenda, DUE.plus(Duration.ofHours(1)));
    assertThat(told.well).doesNotContainKey("run.nightly");

    runs.add(recorded(now, 0, Outcome.DONE));
    Instant mended = now;
    until(agenda, DUE.plus(Duration.ofHours(2)));
    assertThat(told.well).containsEntry("run.nightly", mended);

    told.well.clear();
    runs.add(recorded(now, 0, Outcome.FAILED));
    until(agenda, DUE.plus(Duration.ofHours(3)));
    assertThat(told.well).containsEntry("run.nightly", mended);

    told.well.clear();
    runs.add(recorded(now, 3, Outcome.FAILED));
    until(agenda, DUE.plus(Duration.ofHours(4)));
    assertThat(told.well).isEmpty();
  }

  /** The run fails, and so does every word about it: it is neither forgotten nor begun for ever. */
  @Test
  void whileTheStoreIsFullFailuresAreCountedAndRecordedLater() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    full = true;
    starter.die(starter.last(), ExitStatus.REPOSITORY_FAILED.code());
    until(agenda, DUE.plus(Duration.ofMinutes(12)));
    assertThat(starter.started).hasSize(2);
    assertThat(starter.last().turn().attempt()).isEqualTo(2);
    starter.die(starter.last(), ExitStatus.REPOSITORY_FAILED.code());

    until(agenda, DUE.plus(Duration.ofHours(3)));
    assertThat(starter.started).as("two attempts, as with any failure").hasSize(2);
    assertThat(told.lines).containsOnlyOnce("trouble");

    full = false;
    until(agenda, DUE.plus(Duration.ofHours(4)));
    assertThat(runs.of(new JobName("nightly", Optional.of("shop"))).getLast())
        .satisfies(last -> {
          assertThat(last.outcome()).isEqualTo(Outcome.FAILED);
          assertThat(last.attempt()).isEqualTo(2);
        });
    assertThat(told.lines).contains("over");
    until(agenda, DUE.plus(Duration.ofHours(20)));
    assertThat(starter.started).hasSize(2);
  }
}
