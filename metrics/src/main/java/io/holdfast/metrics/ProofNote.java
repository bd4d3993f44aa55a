package io.holdfast.metrics;

import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.proof.Verdict;
import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What monitoring keeps of a proof.
 *
 * @param signed as is demanded
 * @param plan by which it was done; "" if somebody just asked
 */
record ProofNote(
    BackupId backup,
    String kind,
    Instant began,
    Instant ended,
    Rung level,
    Verdict verdict,
    Optional<Rung> reached,
    long findings,
    boolean signed,
    boolean drill,
    String plan,
    Optional<Duration> recovery) {
  static ProofNote of(Proof proof, boolean signed) {
    return new ProofNote(
        proof.backup(),
        proof.kind(),
        proof.began(),
        proof.ended(),
        proof.level(),
        proof.verdict(),
        proof.reached(),
        proof.findingsTotal(),
        signed,
        proof.drill(),
        proof.plan(),
        proof.recoveryTime());
  }

  /** A look at what is stored is no news after a restore that failed. */
  boolean tells() {
    return level.compareTo(Rung.RESTORED) >= 0 || verdict == Verdict.FAILED;
  }

  boolean success() {
    return verdict == Verdict.PASSED
        && signed
        && reached.filter(rung -> rung.compareTo(Rung.RESTORED) >= 0).isPresent();
  }
}
