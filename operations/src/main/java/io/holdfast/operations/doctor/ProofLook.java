package io.holdfast.operations.doctor;

import io.holdfast.operations.proof.CarriedOut;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.TestPlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was proven of a cluster.
 *
 * @param backups whether there are any to prove
 * @param last the last word on one of them
 * @param lastDrill end of the last rehearsal that came to a good end
 * @param plans that are declared
 * @param carriedOut when they were
 */
public record ProofLook(
    String cluster,
    boolean backups,
    Optional<Proof> last,
    Optional<Instant> lastDrill,
    List<TestPlan> plans,
    CarriedOut carriedOut) {
  public ProofLook {
    plans = List.copyOf(plans);
  }
}
