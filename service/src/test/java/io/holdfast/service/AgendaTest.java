package io.holdfast.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.scheduling.Plan;
import io.holdfast.scheduling.Turn;
import io.holdfast.vocabulary.ExitStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgendaTest extends AgendaScene {
  @Test
  void aJobRunsWhenItIsDueAndOnce() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE.minusSeconds(1));
    assertThat(starter.started).isEmpty();

    until(agenda, DUE);
    assertThat(starter.started).hasSize(1);
    starter.end(starter.last(), ExitStatus.DONE);
    until(agenda, DUE.plus(Duration.ofHours(23)));

    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).containsExactly("began nightly/shop", "done nightly/shop");
    until(agenda, DUE.plus(Duration.ofDays(1)));
    assertThat(starter.started).hasSize(2);
  }

  @Test
  void whatSomebodyWantsRunsAtOnceOnceAndByHand() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, START.plusSeconds(60));
    JobName name = nightly("shop").name();
    pauses.pause(name, "somebody", now);

    Optional<String> id = agenda.want(name);
    assertThat(agenda.want(name)).as("asked for already").isEmpty();
    assertThat(agenda.want(new JobName("weekly", Optional.of("shop")))).isEmpty();
    agenda.step();

    assertThat(starter.started).hasSize(1);
    assertThat(starter.last().id()).isEqualTo(id.orElseThrow());
    assertThat(starter.last().turn()).isEqualTo(new Turn.Now(now, 0, 0));
    agenda.step();
    starter.end(starter.last(), ExitStatus.SOURCE_FAILED);
    until(agenda, now.plus(Duration.ofHours(1)));
    assertThat(starter.started).as("a failure by hand is not tried again").hasSize(1);
    assertThat(told.lines).containsExactly("began nightly/shop", "failed nightly/shop");
  }

  @Test
  void whatSomebodyWantsWaitsForItsPlace() {
    Agenda agenda =
        agenda(2, nightly("shop"), job("tidy", "shop", "daily 02:30", Job.Lane.WRITING));
    until(agenda, DUE);
    assertThat(starter.started).hasSize(1);
    MadeUpStarter.Started first = starter.last();

    assertThat(agenda.want(new JobName("tidy", Optional.of("shop")))).isPresent();
    agenda.step();
    assertThat(starter.started).as("the same cluster is being written to").hasSize(1);

    starter.end(first, ExitStatus.DONE);
    agenda.step();
    assertThat(starter.last().job().name().schedule()).isEqualTo("tidy");
  }

  @Test
  void aNewProcessKnowsWhatRan() {
    until(agenda(2, nightly("shop")), DUE);
    starter.end(starter.last(), ExitStatus.DONE);

    until(agenda(2, nightly("shop")), DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(1);
  }

  @Test
  void whatWasDueWhileNothingRanIsMadeUpFor() {
    until(agenda(2, nightly("shop")), START.plusSeconds(60));
    now = DUE.plus(Duration.ofDays(2)).plusSeconds(5);

    until(agenda(2, nightly("shop")), now.plusSeconds(1));

    assertThat(starter.started).hasSize(1);
    assertThat(starter.last().turn()).isEqualTo(new Turn.Now(DUE.plus(Duration.ofDays(2)), 1, 2));
  }

  @Test
  void aRunThatDiedIsRecordedAndTriedAgain() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.die(starter.last(), 137);
    until(agenda, DUE.plus(Duration.ofMinutes(9)));
    assertThat(starter.started).hasSize(1);
    assertThat(runs.of(new JobName("nightly", Optional.of("shop"))))
        .extracting(RunEntry::outcome)
        .contains(Outcome.FAILED);

    until(agenda, DUE.plus(Duration.ofMinutes(11)));
    assertThat(starter.started).hasSize(2);
    assertThat(starter.last().turn().attempt()).isEqualTo(2);
    starter.end(starter.last(), ExitStatus.SOURCE_FAILED);
    until(agenda, DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(2);
  }

  @Test
  void aVerdictIsNoReasonToTryAgain() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.end(starter.last(), ExitStatus.NO);
    until(agenda, DUE.plus(Duration.ofHours(20)));

    assertThat(starter.started).hasSize(1);
    assertThat(told.lines).endsWith("no nightly/shop");
  }

  @Test
  void whatWasInterruptedBeginsAnew() {
    Agenda agenda = agenda(2, nightly("shop"));
    until(agenda, DUE);
    starter.end(starter.last(), ExitStatus.INTERRUPTED);

    until(agenda(2, nightly("shop")), DUE.plusSeconds(30));

    assertThat(starter.started).hasSize(2);
    assertThat(starter.last().turn().attempt()).isEqualTo(1);
  }

  @Test
  void onlySoManyRunAtOnceAndOfOneClusterOnlyOneWrites() {
    Agenda agenda =
        agenda(
            2,
            nightly("a"),
            job("weekly", "a", "daily 02:00", Job.Lane.WRITING),
            nightly("b"),
            nightly("c"));
    until(agenda, DUE);
    assertThat(starter.started)
        .extracting(each -> each.job().name().text())
        .containsExactly("nightly/a", "nightly/b");

    starter.end(starter.started.get(0), ExitStatus.DONE);
    until(agenda, DUE.plusSeconds(1));
    assertThat(starter.last().job().name().text()).isEqualTo("weekly/a");
    starter.end(starter.started.get(1), ExitStatus.DONE);
    until(agenda, DUE.plusSeconds(2));
    assertThat(starter.last().job().name().text()).isEqualTo("nightly/c");
  }

  @Test
  void aProofRunsBesideABackup() {
    Agenda agenda = agenda(2, nightly("a"), job("proof", "a", "daily 02:00", Job.Lane.READING));
    until(agenda, DUE);

    assertThat(starter.started).hasSize(2);
  }

  @Test
  void whatIsPausedWaitsAndGoesOn() {
    Agenda agenda = agenda(2, nightly("shop"));
    pauses.pause(new JobName("nightly", Optional.empty()), "somebody", now);
    until(agenda, DUE.plus(Duration.ofHours(1)));
    assertThat(starter.started).isEmpty();

    pauses.resume(new JobName("nightly", Optional.empty()));
    agenda.lookAgain();
    until(agenda, DUE.plus(Duration.ofHours(1)).plusSeconds(90));

    assertThat(starter.started).hasSize(1);
  }

  @Test
  void whatIsTooLateIsMissedAndToldOnce() {
    Plan plan = nightly("shop").plan();
    Job strict =
        new Job(
            nightly("shop").name(),
            new Plan(
                plan.name(),
                plan.schedule(),
                plan.jitter(),
                Optional.of(Duration.ofHours(1)),
                1,
                plan.retryAfter(),
                List.of()),
            List.of("backup", "shop"),
            Duration.ofHours(1),
            Job.Lane.WRITING);
    until(agenda(2, strict), START.plusSeconds(60));
    now = DUE.plus(Duration.ofHours(3));

    until(agenda(2, strict), now.plus(Duration.ofHours(2)));

    assertThat(starter.started).isEmpty();
    assertThat(told.lines).containsExactly("missed nightly/shop");
  }
}
