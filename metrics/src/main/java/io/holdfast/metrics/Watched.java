package io.holdfast.metrics;

import io.holdfast.operations.proof.SignatureKey;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.postgres.ConnectionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A cluster to be looked at.
 *
 * @param server whose WAL position is asked for, through a replication connection; empty if it is
 *     not to be asked
 * @param spool where a receiver of this host keeps the segment under way
 * @param signatureKey with which a proof must be signed that is to count; empty if any does
 * @param plans by which it is to be proven
 * @param retention whether anything of it is ever removed
 * @param trouble why it cannot be looked at, known beforehand: its configuration names what is not
 *     there
 */
public record Watched(
    String cluster,
    Optional<ConnectionSettings> server,
    Optional<Path> spool,
    Optional<SignatureKey> signatureKey,
    List<TestPlan> plans,
    boolean retention,
    Optional<RuntimeException> trouble) {
  public Watched {
    plans = List.copyOf(plans);
  }

  /** One of which nothing but the name is known: the repository has it, no configuration does. */
  public static Watched named(String cluster) {
    return new Watched(
        cluster,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        Optional.empty());
  }

  /** One that cannot be looked at: that is told of it, and nothing else. */
  public static Watched broken(String cluster, RuntimeException why) {
    return new Watched(
        cluster,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        Optional.of(why));
  }
}
