package io.holdfast.notifications;

import java.util.Set;

/**
 * What goes to a channel.
 *
 * @param severities empty for all
 * @param clusters empty for all; what concerns no cluster goes to every channel
 */
public record Route(Channel channel, Set<Severity> severities, Set<String> clusters) {
  public Route {
    severities = Set.copyOf(severities);
    clusters = Set.copyOf(clusters);
  }

  public static Route everything(Channel channel) {
    return new Route(channel, Set.of(), Set.of());
  }

  boolean takes(String cluster, Severity severity) {
    return (severities.isEmpty() || severities.contains(severity))
        && (clusters.isEmpty() || cluster.isEmpty() || clusters.contains(cluster));
  }
}
