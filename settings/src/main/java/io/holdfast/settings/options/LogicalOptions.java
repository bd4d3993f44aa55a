package io.holdfast.settings.options;

import io.holdfast.settings.LogicalSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Types;
import java.time.Duration;
import java.util.List;

/** {@code clusters.<name>.logical}. */
final class LogicalOptions {
  private static final Type<List<String>> PATTERNS =
      Types.listOf("a list of names or patterns", Types.text("a name or pattern"));

  private static final Option<List<String>> DATABASES =
      Option.optional(
          "databases",
          PATTERNS,
          "all but templates",
          "[shop, 'crm_*']",
          "Databases that are dumped: names, or patterns with * and ?. One that means no database is"
              + " an error, never an empty backup.");

  private static final Option<List<String>> EXCLUDE =
      Option.optional(
          "exclude", PATTERNS, "none", "['*_test']", "Databases that are left out, likewise.");

  private static final Option<Boolean> CHECKSUMS =
      Option.withDefault(
          "checksums",
          Types.flag(),
          "false",
          "Whether the content of each table is summed up in the dump's snapshot, to be compared"
              + " after a restore. Rows are counted in any case. It makes the server read everything"
              + " once more.");

  private static final Option<Boolean> ROLE_PASSWORDS =
      Option.withDefault(
          "role-passwords",
          Types.flag(),
          "true",
          "Whether roles are saved with their (hashed) passwords. A role that may not read them"
              + " (pg_authid) saves the roles without, and says so.");

  private static final Option<Duration> LOCK_TIMEOUT =
      Option.withDefault(
          "lock-timeout",
          Types.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          "1m",
          "How long a backup waits for a table that somebody has locked until it fails.");

  private static final Option<Duration> STALL_TIMEOUT =
      Option.withDefault(
          "stall-timeout",
          Types.duration(Duration.ofSeconds(10), Duration.ofDays(1)),
          "30m",
          "How long pg_dump may give nothing until it counts as hanging and the backup fails.");

  static final Section<LogicalSettings> SECTION =
      Section.of(
          "How logical backups of this cluster are taken ('holdfast backup --kind logical').",
          List.of(DATABASES, EXCLUDE, CHECKSUMS, ROLE_PASSWORDS, LOCK_TIMEOUT, STALL_TIMEOUT),
          values ->
              new LogicalSettings(
                  values.find(DATABASES).orElse(List.of()),
                  values.find(EXCLUDE).orElse(List.of()),
                  values.get(CHECKSUMS),
                  values.get(ROLE_PASSWORDS),
                  values.get(LOCK_TIMEOUT),
                  values.get(STALL_TIMEOUT)));

  private LogicalOptions() {}
}
