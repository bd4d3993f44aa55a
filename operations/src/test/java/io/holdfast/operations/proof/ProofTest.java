package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What retention makes of a proof. */
class ProofTest {
  private static Proof proof(Verdict equal, FindingCode... codes) {
    return new Proof(
        "",
        "main",
        new BackupId("20261126T120000Z-test"),
        "logical",
        Rung.EQUAL,
        "",
        "",
        false,
        "",
        "here",
        "test",
        Instant.EPOCH,
        Instant.EPOCH,
        "",
        List.of(
            step(Rung.STORED, Verdict.PASSED),
            step(Rung.INTACT, Verdict.PASSED),
            step(Rung.RESTORED, Verdict.PASSED),
            step(Rung.SOUND, Verdict.PASSED),
            step(Rung.EQUAL, equal)),
        List.of(),
        List.of(codes).stream().map(code -> Finding.of(code, "it", "found")).toList(),
        codes.length,
        Optional.empty(),
        List.of());
  }

  private static Proof.Step step(Rung rung, Verdict verdict) {
    return new Proof.Step(rung, verdict, "said", Duration.ZERO);
  }

  @Test
  void aDumpThatHoldsOtherThingsThanItsSnapshotIsDisprovenThoughItWasRestored() {
    Proof differs = proof(Verdict.FAILED, FindingCode.CONTENT_DIFFERS);

    assertThat(differs.disproven()).isTrue();
    assertThat(differs.restored()).isFalse();
  }

  @Test
  void whatTheUserSaysOfHisDataDisprovesNoBackupAndMakesNoneTheLastProven() {
    Proof failed = proof(Verdict.FAILED, FindingCode.ASSERTION_FAILED);

    assertThat(failed.disproven()).isFalse();
    assertThat(failed.restored()).isFalse();
  }

  @Test
  void aWarningStandsInNobodysWay() {
    Proof warned = proof(Verdict.PASSED, FindingCode.SEQUENCE_BEHIND);

    assertThat(warned.disproven()).isFalse();
    assertThat(warned.restored()).isTrue();
    assertThat(proof(Verdict.UNVERIFIED).restored()).as("the rest unverified").isTrue();
  }
}
