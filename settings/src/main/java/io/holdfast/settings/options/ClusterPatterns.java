package io.holdfast.settings.options;

import io.holdfast.settings.ScheduleSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Values;
import java.util.List;
import java.util.Set;

/** Names of clusters with * and ?, in options of other sections. */
final class ClusterPatterns {
  private ClusterPatterns() {}

  /** One that means no cluster is a fault: what it is there for would stay away in silence. */
  static void check(Values values, Option<List<String>> option, Set<String> declared) {
    for (String pattern : values.find(option).orElse(List.of())) {
      if (declared.stream().noneMatch(name -> ScheduleSettings.fits(pattern, name))) {
        values.fault(
            option,
            pattern,
            "expected a declared cluster, found '" + pattern + "', which means none");
      }
    }
  }
}
