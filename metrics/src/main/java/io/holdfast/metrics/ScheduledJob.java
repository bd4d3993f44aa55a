package io.holdfast.metrics;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.scheduling.Plan;
import io.holdfast.scheduling.Turn;
import java.time.Instant;
import java.util.List;

/**
 * A schedule as it concerns one cluster, to be looked at.
 *
 * @param turns what its records mean for when it is due
 */
public record ScheduledJob(JobName name, Plan plan, Turns turns) {
  /** Whoever runs jobs decides so, and monitoring must not decide otherwise. */
  @FunctionalInterface
  public interface Turns {
    /**
     * @param entries the job's records, those due first come first
     */
    Turn at(List<RunEntry> entries, Instant now);
  }

  /** Whether it concerns that cluster and no other one. */
  public boolean concerns(String cluster) {
    return name.cluster().filter(cluster::equals).isPresent();
  }
}
