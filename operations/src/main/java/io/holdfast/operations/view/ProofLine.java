package io.holdfast.operations.view;

import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Rung;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A proof in few words.
 *
 * @param verdict passed, failed or unverified
 * @param level the rung that was to be reached
 * @param reached the highest one that was; null for none
 * @param plan by which it was done; null if somebody just asked
 * @param recoveryMillis how long somebody would have waited for the database; null if it was not
 *     measured
 */
public record ProofLine(
    String backup,
    String cluster,
    String verdict,
    String level,
    @Nullable String reached,
    @Nullable String plan,
    Instant ended,
    @Nullable Long recoveryMillis) {
  public static ProofLine of(Proof proof) {
    return new ProofLine(
        proof.backup().text(),
        proof.cluster(),
        proof.verdict().word(),
        proof.level().word(),
        proof.reached().map(Rung::word).orElse(null),
        proof.plan().isEmpty() ? null : proof.plan(),
        proof.ended(),
        proof.recoveryTime().map(Duration::toMillis).orElse(null));
  }
}
