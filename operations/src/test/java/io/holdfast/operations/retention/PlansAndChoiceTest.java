package io.holdfast.operations.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.gate.Gate;
import io.holdfast.operations.gate.Met;
import io.holdfast.operations.proof.Choice;
import io.holdfast.operations.proof.PlanRuns;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.operations.proof.Verdict;
import io.holdfast.operations.retention.MadeUpCluster.Made;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which backups are proven, and whether plans were carried out, in an encrypted repository. */
final class PlansAndChoiceTest {
  private static final Instant NOW = Instant.parse("2026-03-20T12:00:00Z");
  private static final TestPlan WEEKLY =
      new TestPlan("weekly", Duration.ofDays(7), Optional.empty());

  @TempDir private Path home;

  private Instant now = NOW;
  private MadeUpCluster made;

  @BeforeEach
  void create() {
    InstantSource clock = () -> now;
    made = MadeUpCluster.create(Storages.local(home), clock);
  }

  @AfterEach
  void close() {
    made.close();
  }

  private BackupId backup(int day, String kind) {
    Made wanted = new Made(day);
    wanted.kind = kind;
    return made.backup(day, wanted);
  }

  private Choice choice(List<String> kinds, Optional<Instant> since) {
    return new Choice(made.archive, kinds, since, new SplittableRandom(7));
  }

  @Test
  void oneOfEachKindIsChosenHoweverManyThereAre() {
    List<BackupId> physical = new ArrayList<>();
    for (int day = 1; day <= 12; day++) {
      physical.add(backup(day, "physical"));
    }
    BackupId logical = backup(13, "logical");

    assertThat(choice(List.of(), Optional.empty()).of("newest"))
        .containsExactly(physical.getLast(), logical);
    assertThat(choice(List.of("physical"), Optional.empty()).of("oldest"))
        .containsExactly(physical.getFirst());
  }

  @Test
  void ofAnAgeOnlyThoseAreChosenThatAreNoOlder() {
    backup(1, "physical");
    BackupId second = backup(2, "physical");
    backup(3, "physical");

    Choice young = choice(List.of("physical"), Optional.of(MadeUpCluster.night(2)));
    assertThat(young.of("oldest")).containsExactly(second);
    assertThatThrownBy(() -> choice(List.of(), Optional.of(MadeUpCluster.night(4))).of("random"))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("no backup since");
  }

  @Test
  void aKindThatThereIsNoneOfIsSaid() {
    BackupId only = backup(1, "physical");

    Choice both = choice(List.of("physical", "logical"), Optional.empty());
    assertThat(both.of("newest")).containsExactly(only);
    assertThat(both.missing()).containsExactly("logical");
  }

  private void prove(String plan, Instant began) {
    new Proofs(made.archive)
        .add(
            new Proof(
                made.archive.repositoryId().toString(),
                "main",
                MadeUpCluster.id(1),
                "physical",
                Rung.STORED,
                "",
                "",
                false,
                plan,
                "here",
                "test",
                began,
                began.plusSeconds(60),
                "",
                List.of(),
                List.of(),
                List.of(),
                0,
                Optional.empty(),
                List.of()));
  }

  private Met met() {
    return new Gate(
            made.repository(),
            "main",
            List.of(),
            Optional.empty(),
            Optional::empty,
            InstantSource.fixed(now))
        .plans(List.of(WEEKLY))
        .getFirst();
  }

  @Test
  void onlyAProofByThePlanCountsForItAndTheGateSaysWhenItIsOverdue() {
    assertThat(met().verdict()).as("nothing to prove").isEqualTo(Verdict.PASSED);
    backup(20, "physical");
    assertThat(met().verdict()).as("a day has not passed").isEqualTo(Verdict.PASSED);
    assertThat(met().found()).contains("its first one is still due");
    now = NOW.plusSeconds(3600);
    assertThat(met().verdict()).as("a first backup, and no proof").isEqualTo(Verdict.PASSED);
    now = NOW.plus(Duration.ofDays(1));
    assertThat(met().verdict()).as("never carried out").isEqualTo(Verdict.FAILED);
    now = NOW;
    prove("", NOW.minusSeconds(3600));
    prove("daily", NOW.minusSeconds(3600));
    assertThat(met().verdict()).as("others were").isEqualTo(Verdict.FAILED);

    prove("weekly", NOW.minus(Duration.ofDays(2)));
    prove("weekly", NOW.minus(Duration.ofDays(3)));
    assertThat(new PlanRuns(made.archive).last(List.of(WEEKLY), NOW))
        .containsEntry("weekly", NOW.minus(Duration.ofDays(2)));
    assertThat(met().verdict()).isEqualTo(Verdict.PASSED);

    now = NOW.plus(Duration.ofDays(6));
    assertThat(met().verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void twoDoNotCarryOutOnePlanAtATime() {
    PlanRuns runs = new PlanRuns(made.archive);
    try (Lease held = runs.begin("weekly").orElseThrow()) {
      held.ensureHeld();
      assertThat(runs.begin("weekly")).isEmpty();
      assertThatThrownBy(() -> runs.take("weekly")).isInstanceOf(LeaseHeldException.class);
      try (Lease other = runs.begin("daily").orElseThrow()) {
        other.ensureHeld();
      }
    }
    try (Lease again = runs.take("weekly")) {
      again.ensureHeld();
    }
  }
}
