package io.holdfast.settings.options;

import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.RetentionSettings;
import io.holdfast.settings.Settings;
import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Values;
import io.holdfast.vocabulary.ClusterName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The whole file. */
public final class HoldfastYaml {
  private static final Option<RepositorySettings> REPOSITORY =
      Option.required("repository", RepositoryOptions.SECTION, "", RepositoryOptions.MEANING);

  private static final Type<Map<ClusterName, ClusterSettings>> CLUSTERS_TYPE =
      new Named<>("clusters by name", ClusterName.FORM, ClusterName::new, ClusterOptions.SECTION);

  private static final Option<Map<ClusterName, ClusterSettings>> CLUSTERS =
      Option.optional(
          "clusters",
          CLUSTERS_TYPE,
          "none: enough to restore from the repository",
          "",
          "The PostgreSQL servers to back up, each under a name of your choice: 1 to 63 lower-case"
              + " letters, digits, '-' and '_', starting with a letter or digit. The name is part"
              + " of what is stored; renaming begins anew.");

  private static final Option<RetentionSettings> RETENTION =
      Option.optional(
          "retention",
          RetentionOptions.SECTION,
          "nothing is ever removed",
          "",
          RetentionOptions.MEANING + " This is for all clusters that say nothing of their own.");

  /** Where the file was is known to whoever read it. */
  public static final Section<Function<Path, Settings>> ROOT =
      Section.of(
          "The configuration of Holdfast.",
          List.of(
              REPOSITORY,
              CLUSTERS,
              RETENTION,
              ScheduleOptions.SCHEDULES,
              ServiceOptions.SERVICE,
              NotificationOptions.NOTIFICATIONS),
          values ->
              file ->
                  new Settings(
                      file,
                      values.get(REPOSITORY),
                      clusters(values),
                      List.copyOf(values.find(ScheduleOptions.SCHEDULES).orElse(Map.of()).values()),
                      values.get(ServiceOptions.SERVICE),
                      values.get(NotificationOptions.NOTIFICATIONS)));

  private HoldfastYaml() {}

  private static Map<ClusterName, ClusterSettings> clusters(Values values) {
    Map<ClusterName, ClusterSettings> clusters = new LinkedHashMap<>();
    values
        .find(CLUSTERS)
        .orElse(Map.of())
        .forEach((name, cluster) -> clusters.put(name, cluster.orKeeping(values.find(RETENTION))));
    return clusters;
  }
}
