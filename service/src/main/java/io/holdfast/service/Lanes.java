package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Where there is room for a job: so many run at once on this node, and of one cluster one that
 * writes and one that reads; among nodes one that writes.
 */
final class Lanes {
  /** A lease that ends later than that is one of a clock that was wrong. */
  private static final Duration LONGEST_LEASE = Duration.ofMinutes(15);

  private final Map<JobName, Standing> standings;
  private final Runs runs;
  private final int atOnce;

  Lanes(Map<JobName, Standing> standings, Runs runs, int atOnce) {
    this.standings = standings;
    this.runs = runs;
    this.atOnce = atOnce;
  }

  boolean haveRoomFor(Job job) {
    int running = 0;
    for (Standing other : standings.values()) {
      if (other.isUnderWay()) {
        running++;
        if (other.job().meets(job)) {
          return false;
        }
      }
    }
    return running < atOnce;
  }

  /** What waited for this one is offered or begun now, and not when it would be looked at next. */
  void freedBy(Job job) {
    standings.values().stream()
        .filter(other -> other.wasGivenBack() || other.job().meets(job))
        .forEach(Standing::lookAtOnce);
  }

  /** Begun beside another one that writes, it could only fail. */
  boolean areTakenElsewhere(Job job, Instant now) {
    if (job.lane() != Job.Lane.WRITING || standings.size() == 1) {
      return false;
    }
    Instant plausible = now.plus(LONGEST_LEASE);
    return runs.runners().entrySet().stream()
        .filter(runner -> !runner.getKey().equals(job.name()))
        .filter(runner -> runner.getValue().expires().isBefore(plausible))
        .map(runner -> standings.get(runner.getKey()))
        .anyMatch(other -> other != null && !other.isUnderWay() && other.job().meets(job));
  }
}
