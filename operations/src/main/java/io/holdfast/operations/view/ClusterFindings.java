package io.holdfast.operations.view;

import io.holdfast.operations.anomalies.Anomalies;
import io.holdfast.operations.anomalies.Anomaly;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.proof.CarriedOut;
import io.holdfast.operations.proof.PlanRuns;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All that is said of a cluster beside its backups one by one.
 *
 * @param declared what the configuration says of it; empty if it does not know the cluster
 * @param lastProof the last word on any of its backups
 * @param anomalies of the newest backup of each kind
 */
public record ClusterFindings(
    ClusterStatus status,
    Optional<Declared> declared,
    Optional<Proof> lastProof,
    List<PlanView> plans,
    Map<BackupId, List<Anomaly>> anomalies) {
  /** Backups that are read to see what is usual. */
  private static final int ENOUGH_TO_COMPARE = 30;

  /**
   * What the configuration says of a cluster.
   *
   * @param retention its rules in words; empty if nothing is ever removed
   */
  public record Declared(Optional<String> retention, List<TestPlan> plans) {
    public Declared {
      plans = List.copyOf(plans);
    }
  }

  /**
   * Looks. What cannot be read hides nothing else.
   *
   * @param warnings told what could not
   */
  public static ClusterFindings of(
      Repository repository,
      ClusterStatus status,
      Optional<Declared> declared,
      Instant now,
      Consumer<String> warnings) {
    ClusterArchive archive = repository.cluster(status.cluster());
    return new ClusterFindings(
        status,
        declared,
        lastProof(archive, warnings),
        plans(archive, declared.map(Declared::plans).orElse(List.of()), now, warnings),
        anomalies(archive, warnings));
  }

  private static Optional<Proof> lastProof(ClusterArchive archive, Consumer<String> warnings) {
    try {
      return new Proofs(archive).last();
    } catch (HoldfastException e) {
      warnings.accept("the last proof of " + archive.name() + " cannot be read: " + passed(e));
      return Optional.empty();
    }
  }

  private static List<PlanView> plans(
      ClusterArchive archive, List<TestPlan> plans, Instant now, Consumer<String> warnings) {
    if (plans.isEmpty()) {
      return List.of();
    }
    try {
      CarriedOut carriedOut = new PlanRuns(archive).of(plans, now);
      return plans.stream().map(plan -> PlanView.of(plan, carriedOut, now)).toList();
    } catch (HoldfastException e) {
      warnings.accept("the plans of " + archive.name() + " cannot be seen: " + passed(e));
      return List.of();
    }
  }

  private static Map<BackupId, List<Anomaly>> anomalies(
      ClusterArchive archive, Consumer<String> warnings) {
    try {
      return Anomalies.ofNewest(new Backups(archive).newest(ENOUGH_TO_COMPARE));
    } catch (HoldfastException e) {
      warnings.accept("the backups of " + archive.name() + " cannot be compared: " + passed(e));
      return Map.of();
    }
  }

  /** What was said, unless the thread is to end. */
  private static String passed(HoldfastException e) {
    if (Thread.currentThread().isInterrupted()) {
      throw e;
    }
    return String.valueOf(e.getMessage());
  }
}
