package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.proof.CarriedOut;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.operations.proof.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProofRulesTest {
  private static final Instant NOW = BackupRulesTest.NOW;

  private boolean backups = true;
  private Optional<Proof> last = Optional.of(proof(Rung.SOUND, Verdict.PASSED, NOW));
  private Optional<Instant> drill = Optional.of(NOW.minus(Duration.ofDays(99)));
  private List<TestPlan> plans = List.of();
  private CarriedOut carriedOut =
      new CarriedOut(Map.of(), Optional.of(NOW.minus(Duration.ofDays(2))));

  static Proof proof(Rung rung, Verdict verdict, Instant ended) {
    return new Proof(
        "",
        "main",
        BackupRulesTest.ID,
        "physical",
        rung,
        "",
        "",
        false,
        "",
        "host",
        "test",
        ended,
        ended,
        "17.2",
        List.of(new Proof.Step(rung, verdict, "", Duration.ZERO)),
        List.of(),
        List.of(),
        0,
        Optional.empty(),
        List.of());
  }

  private List<DoctorCode> codes() {
    return ProofRules.of(new ProofLook("main", backups, last, drill, plans, carriedOut), NOW)
        .stream()
        .flatMap(each -> each.code().stream())
        .toList();
  }

  @Test
  void whatWasProvenOfLateIsWell() {
    assertThat(codes()).isEmpty();
  }

  @Test
  void whatWasNeverProvenLongAgoOrInVainIsNamed() {
    last = Optional.empty();
    assertThat(codes()).containsExactly(DoctorCode.NO_PROOF);
    last = Optional.of(proof(Rung.STORED, Verdict.PASSED, NOW));
    assertThat(codes()).as("nothing was restored").containsExactly(DoctorCode.NO_PROOF);
    last = Optional.of(proof(Rung.SOUND, Verdict.PASSED, NOW.minus(Duration.ofDays(36))));
    assertThat(codes()).containsExactly(DoctorCode.PROOF_OLD);
    last = Optional.of(proof(Rung.SOUND, Verdict.FAILED, NOW));
    assertThat(codes()).containsExactly(DoctorCode.PROOF_FAILED);
    backups = false;
    assertThat(codes()).isEmpty();
  }

  @Test
  void plansAndRehearsalsAreDueFromTimeToTime() {
    drill = Optional.of(NOW.minus(Duration.ofDays(101)));
    assertThat(codes()).containsExactly(DoctorCode.NO_DRILL);
    drill = Optional.of(NOW);
    plans = List.of(new TestPlan("weekly", Duration.ofDays(7), Optional.empty()));
    assertThat(codes()).containsExactly(DoctorCode.PLAN_OVERDUE);
    carriedOut = new CarriedOut(Map.of(), Optional.of(NOW.minus(Duration.ofHours(24))));
    assertThat(codes()).as("it could not have been carried out before yesterday").isEmpty();
    carriedOut =
        new CarriedOut(
            Map.of("weekly", NOW.minus(Duration.ofDays(7))),
            Optional.of(NOW.minus(Duration.ofDays(90))));
    assertThat(codes()).isEmpty();
  }
}
