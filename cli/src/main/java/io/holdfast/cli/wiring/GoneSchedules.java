package io.holdfast.cli.wiring;

import io.holdfast.notifications.IncidentStore;
import io.holdfast.notifications.Notifier;
import io.holdfast.notifications.OpenIncident;
import io.holdfast.operations.runs.JobName;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Ends incidents of schedules that were taken out of the file: nothing else ever would. */
record GoneSchedules(Set<JobName> jobs) {
  private static final String RUNS = "run.";

  void end(IncidentStore store, Collection<String> clusters, Notifier notifier, Instant now) {
    for (String cluster : clusters) {
      for (OpenIncident open : OpenIncident.of(store, cluster)) {
        String key = open.problem().key();
        if (key.startsWith(RUNS) && !jobs.contains(job(cluster, key))) {
          notifier.well(cluster, key, now);
        }
      }
    }
  }

  private static JobName job(String cluster, String key) {
    return new JobName(
        key.substring(RUNS.length()), Optional.of(cluster).filter(name -> !name.isEmpty()));
  }
}
