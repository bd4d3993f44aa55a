package io.holdfast.metrics;

import io.holdfast.operations.proof.CarriedOut;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the proofs of a cluster say.
 *
 * @param kinds of backups of which there is a proof
 * @param lastDrill when the last one ended that passed
 * @param plans when they were carried out
 * @param unreadable proofs that are damaged
 */
record Proven(
    Map<String, OfKind> kinds, Optional<Instant> lastDrill, CarriedOut plans, int unreadable) {
  Proven {
    kinds = Map.copyOf(kinds);
  }

  /**
   * @param last word on backups of the kind that still stand: of one that was to be restored, or
   *     that failed
   * @param lastSuccess when the last one ended that passed, was restored and is signed as demanded
   * @param recovery how long somebody would have waited for the database, measured last
   */
  record OfKind(
      Optional<ProofNote> last, Optional<Instant> lastSuccess, Optional<Duration> recovery) {}
}
