package io.holdfast.settings.options;

import io.holdfast.settings.RetentionSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code retention} and {@code clusters.<name>.retention}. */
final class RetentionOptions {
  static final String MEANING =
      "Which backups 'holdfast prune' keeps; a backup that any rule keeps stays. docs/retention.md"
          + " explains the rules. Each kind of backup is counted by itself.";

  private static final int MOST = 100_000;

  private static final Option<Integer> LAST = count("last", "7", "The newest backups, that many.");

  private static final Option<Integer> HOURLY =
      count("hourly", "24", "The last backup of each hour, for that many hours that have one.");

  private static final Option<Integer> DAILY =
      count("daily", "7", "The last backup of each day, for that many days that have one.");

  private static final Option<Integer> WEEKLY =
      count(
          "weekly",
          "4",
          "The last backup of each week (Monday to Sunday), for that many weeks that have one.");

  private static final Option<Integer> MONTHLY =
      count("monthly", "12", "The last backup of each month, for that many months that have one.");

  private static final Option<Integer> YEARLY =
      count("yearly", "3", "The last backup of each year, for that many years that have one.");

  private static final Option<Duration> WITHIN =
      Option.optional(
          "within",
          Types.duration(Duration.ofHours(1), Duration.ofDays(36_500)),
          "",
          "7d",
          "Every backup of that long before the newest one, and of physical backups the one before"
              + " them, so that every moment of that time can be restored. Counted from the newest"
              + " backup and not from today: when backups stop coming, nothing more goes.");

  static final Type<ZoneId> ZONE =
      Types.text(
          "a time zone such as Europe/Berlin",
          Pattern.compile("[A-Za-z][A-Za-z0-9_+:/-]*"),
          RetentionOptions::zone);

  private static final Option<ZoneId> TIME_ZONE =
      Option.withDefault(
          "time-zone",
          ZONE,
          "UTC",
          "Where hours, days, weeks, months and years begin. It stands here, and not with the"
              + " machine, so that every machine decides alike.");

  private static final Option<Duration> GRACE =
      Option.withDefault(
          "grace",
          Types.duration(Duration.ZERO, Duration.ofDays(3650)),
          "3d",
          "How long a backup that prune removes still lies there and comes back with 'holdfast"
              + " backups undelete'. A prune after that deletes it.");

  private static final List<Option<Integer>> COUNTS =
      List.of(LAST, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY);

  private static final Option<RetentionSettings> LOGICAL =
      Option.optional(
          "logical",
          Section.checked(
              "Which logical backups 'holdfast prune' keeps, if not as many as of the others.",
              List.of(LAST, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY, WITHIN),
              RetentionOptions::refuseEmpty,
              values -> rules(values, ZoneOffset.UTC, Duration.ZERO, Optional.empty())),
          "the same as of the others",
          "",
          "Other rules for logical backups, in place of all of these.");

  static final Section<RetentionSettings> SECTION =
      Section.checked(
          MEANING,
          List.of(LAST, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY, WITHIN, TIME_ZONE, GRACE, LOGICAL),
          RetentionOptions::refuseEmpty,
          RetentionOptions::make);

  private RetentionOptions() {}

  private static Option<Integer> count(String name, String example, String meaning) {
    return Option.optional(name, Types.number(1, MOST), "", example, meaning);
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expected a time zone such as UTC or Europe/Berlin; found one that nobody knows", e);
    }
  }

  private static void refuseEmpty(Values values) {
    if (COUNTS.stream().noneMatch(values::isGiven) && !values.isGiven(WITHIN)) {
      values.fault(
          "expected at least one of last, hourly, daily, weekly, monthly, yearly, within; found"
              + " none: nothing would be kept");
    }
  }

  private static RetentionSettings make(Values values) {
    return rules(values, values.get(TIME_ZONE), values.get(GRACE), values.find(LOGICAL));
  }

  private static RetentionSettings rules(
      Values values, ZoneId zone, Duration grace, Optional<RetentionSettings> logical) {
    return new RetentionSettings(
        values.find(LAST).orElse(0),
        values.find(HOURLY).orElse(0),
        values.find(DAILY).orElse(0),
        values.find(WEEKLY).orElse(0),
        values.find(MONTHLY).orElse(0),
        values.find(YEARLY).orElse(0),
        values.find(WITHIN),
        zone,
        grace,
        logical);
  }
}
