package io.holdfast.operations.runs;

import java.util.Optional;

/**
 * A schedule as it concerns one cluster.
 *
 * @param cluster empty for a job that concerns the whole repository
 */
public record JobName(String schedule, Optional<String> cluster) {
  private static final String WHOLE = "-";
  private static final String LEASE = "run-";

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

  /** That a record below this name would be about. */
  static JobName ofPath(String name) {
    String[] parts = name.split("/", 3);
    return parts.length < 2
        ? new JobName(parts[0], Optional.empty())
        : of(parts[0], parts.length < 3 ? WHOLE : parts[1]);
  }

  String lease() {
    return LEASE + schedule + "." + cluster.orElse(WHOLE);
  }

  /** Empty for a lease that is no job's. */
  static Optional<JobName> ofLease(String lease) {
    int dot = lease.indexOf('.');
    return lease.startsWith(LEASE) && dot > 0
        ? Optional.of(of(lease.substring(LEASE.length(), dot), lease.substring(dot + 1)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return text();
  }
}
