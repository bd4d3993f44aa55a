package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Records;
import io.holdfast.operations.runs.RunEntry;
import io.holdfast.scheduling.Plan;
import io.holdfast.scheduling.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A command that is run again and again.
 *
 * @param words of the command, with the cluster, as they are typed
 * @param timeout after which it is ended
 * @param lane of two jobs in the same lane of the same cluster one waits for the other
 */
public record Job(JobName name, Plan plan, List<String> words, Duration timeout, Lane lane) {
  public Job {
    words = List.copyOf(words);
  }

  /** What a job does to the repository. */
  public enum Lane {
    WRITING,
    READING
  }

  /**
   * What is to be done with it.
   *
   * @param entries its records, those due first come first
   */
  public Turn turn(List<RunEntry> entries, Instant now) {
    return plan.at(History.past(new Records(entries, now), now, plan.retries()), now);
  }

  /** Whether one has to wait for the other. */
  boolean meets(Job other) {
    boolean sameCluster =
        name.cluster().isEmpty()
            || other.name.cluster().isEmpty()
            || name.cluster().equals(other.name.cluster());
    return lane == other.lane && sameCluster;
  }
}
