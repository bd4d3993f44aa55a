package io.holdfast.settings.options;

import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.RetentionSettings;
import io.holdfast.settings.ScheduleSettings;
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
      Section.checked(
          "The configuration of Holdfast.",
          List.of(
              REPOSITORY,
              CLUSTERS,
              RETENTION,
              ScheduleOptions.SCHEDULES,
              ServiceOptions.SERVICE,
              NotificationOptions.NOTIFICATIONS),
          HoldfastYaml::check,
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

  /** A schedule for clusters that are not there would never run, and nobody would know. */
  private static void check(Values values) {
    Map<ClusterName, ClusterSettings> clusters = values.find(CLUSTERS).orElse(Map.of());
    if (values.isGiven(CLUSTERS) && clusters.isEmpty()) {
      return;
    }
    NotificationOptions.checkNames(
        values,
        clusters.keySet(),
        values.find(ScheduleOptions.SCHEDULES).orElse(Map.of()).keySet());
    for (ScheduleSettings schedule :
        values.find(ScheduleOptions.SCHEDULES).orElse(Map.of()).values()) {
      if (schedule.perCluster() && clusters.isEmpty()) {
        values.fault(
            ScheduleOptions.SCHEDULES,
            "expected a cluster for '" + schedule.name() + "', found none declared");
      }
      for (String pattern : schedule.clusters()) {
        if (clusters.keySet().stream()
            .noneMatch(name -> ScheduleSettings.fits(pattern, name.text()))) {
          values.fault(
              ScheduleOptions.SCHEDULES,
              "expected a declared cluster for '"
                  + schedule.name()
                  + "', found '"
                  + pattern
                  + "', which means none");
        }
      }
    }
  }

  private static Map<ClusterName, ClusterSettings> clusters(Values values) {
    Map<ClusterName, ClusterSettings> clusters = new LinkedHashMap<>();
    values
        .find(CLUSTERS)
        .orElse(Map.of())
        .forEach((name, cluster) -> clusters.put(name, cluster.orKeeping(values.find(RETENTION))));
    return clusters;
  }
}
