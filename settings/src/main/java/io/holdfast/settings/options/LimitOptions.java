package io.holdfast.settings.options;

import io.holdfast.settings.LimitSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import io.holdfast.vocabulary.RateSchedule;
import java.time.ZoneId;
import java.util.Optional;

/** How much may pass to and from a site: options of {@code repository} and of each site. */
final class LimitOptions {
  static final Option<RateSchedule> LIMIT =
      Option.optional(
          "limit",
          Types.text(
              "a rate such as 20MB/s, or '5MB/s Mo-Fr 08:00-18:00, 50MB/s'",
              RateSchedule.FORM,
              RateSchedule::parse),
          "none",
          "5MB/s Mo-Fr 08:00-18:00, 50MB/s",
          "How many bytes a second pass to and from here at most, both ways together, in each"
              + " process: a rate, or several with days and hours, of which the first that fits"
              + " counts. docs/sites.md tells more.");

  static final Option<ZoneId> TIME_ZONE =
      Option.optional(
          "limit-time-zone",
          RetentionOptions.ZONE,
          "the machine's",
          "Europe/Berlin",
          "Where the days and hours of `limit` are meant.");

  private LimitOptions() {}

  static Optional<LimitSettings> of(Values values) {
    return values
        .find(LIMIT)
        .map(schedule ->
            new LimitSettings(schedule, values.find(TIME_ZONE).orElseGet(ZoneId::systemDefault)));
  }

  /** A zone of nothing is a mistake. */
  static void check(Values values) {
    if (values.isGiven(TIME_ZONE) && !values.isGiven(LIMIT)) {
      values.fault(TIME_ZONE, "expected a limit beside its time zone, found none");
    }
  }
}
