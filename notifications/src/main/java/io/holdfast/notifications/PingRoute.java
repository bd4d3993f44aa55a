package io.holdfast.notifications;

import java.util.Set;

/**
 * Of which work a watcher outside is told.
 *
 * @param clusters empty for all; work that concerns no cluster is told in any case
 * @param schedules empty for all
 */
public record PingRoute(PingTarget target, Set<String> clusters, Set<String> schedules) {
  public PingRoute {
    clusters = Set.copyOf(clusters);
    schedules = Set.copyOf(schedules);
  }

  boolean takes(Ping ping) {
    return (schedules.isEmpty() || schedules.contains(ping.schedule()))
        && (clusters.isEmpty() || ping.cluster().isEmpty() || clusters.contains(ping.cluster()));
  }
}
