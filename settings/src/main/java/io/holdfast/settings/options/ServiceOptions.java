package io.holdfast.settings.options;

import io.holdfast.settings.ServiceSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import java.util.List;

/** {@code service}. */
final class ServiceOptions {
  private static final Option<Integer> JOBS =
      Option.withDefault(
          "jobs",
          Types.number(1, 64),
          "2",
          "How many scheduled jobs run at once on one machine; each is a process of its own with at"
              + " most 256 MiB. Of one cluster at most one backs up, prunes or syncs at a time.");

  static final Section<ServiceSettings> SECTION =
      Section.of(
          "How 'holdfast serve' works.",
          List.of(JOBS),
          values -> new ServiceSettings(values.get(JOBS)));

  static final Option<ServiceSettings> SERVICE = Option.section("service", SECTION);

  private ServiceOptions() {}
}
