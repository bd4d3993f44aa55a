package io.holdfast.operations.runs;

import java.util.Optional;

/**
 * A schedule as it concerns one cluster.
 *
 * @param cluster empty for a job that concerns the whole repository
 */
public record JobName(String schedule, Optional<String> cluster) {
  private static final String WHOLE = "-";

  /** As people write it: {@code nightly/shop}, or {@code offsite} alone. */
  public String text() {
    return cluster.map(name -> schedule + "/" + name).orElse(schedule);
  }

  /** Below which name its records lie. */
  String folder() {
    return schedule + "/" + cluster.orElse(WHOLE);
  }

  static JobName of(String schedule, String folder) {
    return new JobName(schedule, folder.equals(WHOLE) ? Optional.empty() : Optional.of(folder));
  }

  String lease() {
    return "run-" + schedule + "." + cluster.orElse(WHOLE);
  }

  @Override
  public String toString() {
    return text();
  }
}
