package io.holdfast.metrics;

import java.util.List;

/** What one round of looks saw. Immutable. */
public record Round(List<ClusterLook> clusters, JobsLook jobs) {
  /** Before anything was looked at. */
  public static final Round NONE = new Round(List.of(), JobsLook.NONE);

  public Round {
    clusters = List.copyOf(clusters);
  }
}
