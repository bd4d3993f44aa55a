package io.holdfast.metrics;

import io.holdfast.operations.proof.Rung;
import io.holdfast.operations.proof.TestPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is told of the proofs of a cluster. */
final class ProofSeries {
  private final Series series;
  private final String cluster;
  private final Instant now;

  ProofSeries(Series series, String cluster, Instant now) {
    this.series = series;
    this.cluster = cluster;
    this.now = now;
  }

  void add(Proven proven, List<TestPlan> plans) {
    proven.kinds().forEach(this::kind);
    series.add(Metric.PROOFS_UNREADABLE, proven.unreadable(), cluster);
    proven.lastDrill().ifPresent(at -> series.add(Metric.DRILL, at, cluster));
    for (TestPlan plan : plans) {
      proven
          .plans()
          .last(plan)
          .ifPresent(at -> series.add(Metric.PLAN_LAST, at, cluster, plan.name()));
      series.add(Metric.PLAN_OVERDUE, proven.plans().overdue(plan, now), cluster, plan.name());
    }
  }

  private void kind(String kind, Proven.OfKind proofs) {
    proofs
        .last()
        .ifPresent(last -> {
          series.add(Metric.PROOF_LAST, last.ended(), cluster, kind);
          series.add(Metric.PROOF_AGE, Duration.between(last.ended(), now), cluster, kind);
          series.add(Metric.PROOF_VERDICT, last.verdict().status().code(), cluster, kind);
          series.add(Metric.PROOF_RUNG, rung(last.reached()), cluster, kind);
          series.add(Metric.PROOF_FINDINGS, last.findings(), cluster, kind);
        });
    proofs.lastSuccess().ifPresent(at -> series.add(Metric.PROOF_SUCCESS, at, cluster, kind));
    proofs.recovery().ifPresent(time -> series.add(Metric.PROOF_RECOVERY, time, cluster, kind));
  }

  private static int rung(Optional<Rung> reached) {
    return reached
        .map(rung ->
            switch (rung) {
              case STORED -> 1;
              case INTACT -> 2;
              case RESTORED -> 3;
              case SOUND -> 4;
              case EQUAL -> 5;
            })
        .orElse(0);
  }
}
