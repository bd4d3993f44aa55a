package io.holdfast.operations.runs;

import io.holdfast.repository.Repository;
import io.holdfast.repository.SealedObjects;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which jobs are stopped until somebody lets them go on: the repository's area "pauses". A schedule
 * that is paused without a cluster is so for all of them. Thread-safe.
 */
public final class Pauses {
  private static final String AREA = "pauses";

  private final SealedObjects objects;

  public Pauses(Repository repository) {
    this.objects = repository.objects(AREA);
  }

  /** Durable on return. Pausing what is paused changes nothing. */
  public void pause(JobName job, String by, Instant now) {
    if (!all().contains(job)) {
      byte[] text = ("paused at " + now + " by " + by).getBytes(StandardCharsets.UTF_8);
      objects.put(job.folder() + "/" + Runs.newId(), text, 0, text.length, Map.of());
    }
  }

  /**
   * Durable on return.
   *
   * @return false if it was not paused
   */
  public boolean resume(JobName job) {
    List<String> names = new ArrayList<>();
    objects.list(job.folder(), entry -> names.add(entry.name()));
    names.forEach(objects::delete);
    return !names.isEmpty();
  }

  /** As they were paused: a job without a cluster stands for all of that schedule. */
  public Set<JobName> all() {
    Set<JobName> paused = new HashSet<>();
    objects.list(
        "",
        entry -> {
          String[] parts = entry.name().split("/", 3);
          if (parts.length == 3) {
            paused.add(JobName.of(parts[0], parts[1]));
          }
        });
    return paused;
  }

  /** Whether that one is held back by what is paused. */
  public static boolean isPaused(Set<JobName> paused, JobName job) {
    return paused.contains(job) || paused.contains(new JobName(job.schedule(), Optional.empty()));
  }
}
