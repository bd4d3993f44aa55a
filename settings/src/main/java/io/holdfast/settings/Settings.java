package io.holdfast.settings;

import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the configuration file says, complete and valid; paths are absolute.
 *
 * @param file where it was read from
 * @param clusters in the order of the file
 * @param schedules in the order of the file
 */
public record Settings(
    Path file,
    RepositorySettings repository,
    Map<ClusterName, ClusterSettings> clusters,
    List<ScheduleSettings> schedules,
    ServiceSettings service,
    NotificationSettings notifications) {
  public Settings {
    schedules = List.copyOf(schedules);
    clusters = Collections.unmodifiableMap(new LinkedHashMap<>(clusters));
  }

  /**
   * @throws HoldfastException (usage) that names the known ones, if there is none of that name
   */
  public ClusterSettings cluster(ClusterName name) {
    ClusterSettings found = clusters.get(name);
    if (found == null) {
      String known =
          clusters.keySet().stream().map(ClusterName::text).collect(Collectors.joining(", "));
      throw new HoldfastException(
          ExitStatus.USAGE,
          "there is no cluster '" + name + "' in " + file,
          known.isEmpty()
              ? "It declares no clusters. Add one below 'clusters:'."
              : "It declares: " + known + ".");
    }
    return found;
  }
}
