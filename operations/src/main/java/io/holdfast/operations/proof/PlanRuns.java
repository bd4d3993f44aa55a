package io.holdfast.operations.proof;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** When the plans of a cluster were carried out, as its proofs tell. */
public final class PlanRuns {
  private final ClusterArchive archive;

  public PlanRuns(ClusterArchive archive) {
    this.archive = archive;
  }

  /**
   * How the plans of the cluster stand.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if the repository cannot be asked
   */
  public CarriedOut of(Collection<TestPlan> plans, Instant now) {
    Stream<BackupId> proven = new Proofs(archive).list().stream().map(Proofs.Entry::backup);
    return new CarriedOut(
        last(plans, now), first(Stream.concat(archive.backupIds().stream(), proven)));
  }

  /** When the first of them was taken. */
  public static Optional<Instant> first(Stream<BackupId> backups) {
    return backups.map(BackupId::second).min(Instant::compareTo);
  }

  /**
   * When the last proof by each plan began. Of one that was not carried out within its time and
   * tolerance there is none. Reads the proofs of that time, whoever made them.
   *
   * @throws io.holdfast.vocabulary.HoldfastException if the repository cannot be asked
   */
  public Map<String, Instant> last(Collection<TestPlan> plans, Instant now) {
    Map<String, Instant> last = new HashMap<>();
    Duration longest =
        plans.stream()
            .map(plan -> plan.every().plus(plan.tolerance()))
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    Proofs proofs = new Proofs(archive);
    List<Proofs.Entry> recent = new ArrayList<>();
    for (Proofs.Entry entry : proofs.list()) {
      if (!entry.ended().isBefore(now.minus(longest))) {
        recent.add(entry);
      }
    }
    Together.inTurn(
        recent,
        Together.MOST,
        entry -> readable(proofs, entry),
        (entry, proof) ->
            proof
                .filter(each -> !each.plan().isEmpty())
                .ifPresent(
                    each -> last.merge(each.plan(), each.began(), (a, b) -> a.isAfter(b) ? a : b)));
    return last;
  }

  /** One that cannot be read is none: the plan is carried out again. */
  private static Optional<Proof> readable(Proofs proofs, Proofs.Entry entry) {
    try {
      return proofs.read(entry);
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
  }

  /**
   * For whoever carries a plan out, so that nobody else does at the same time; the caller closes
   * it. Empty if somebody does.
   */
  public Optional<Lease> begin(String plan) {
    try {
      return Optional.of(take(plan));
    } catch (LeaseHeldException e) {
      return Optional.empty();
    }
  }

  /**
   * As above.
   *
   * @throws LeaseHeldException if somebody carries it out now
   */
  public Lease take(String plan) {
    return archive.acquire("plan-" + plan, LeaseOptions.of("prove by plan " + plan));
  }
}
