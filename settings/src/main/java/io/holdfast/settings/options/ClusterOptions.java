package io.holdfast.settings.options;

import io.holdfast.settings.BackupSettings;
import io.holdfast.settings.BackupSettings.Checkpoint;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.FilesSettings;
import io.holdfast.settings.LogicalSettings;
import io.holdfast.settings.ProveSettings;
import io.holdfast.settings.RetentionSettings;
import io.holdfast.settings.WalSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.vocabulary.ByteSize;
import io.holdfast.vocabulary.ClusterName;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * {@code clusters.<name>}, but for its {@code wal}, {@code logical}, {@code files} and {@code
 * prove}.
 */
final class ClusterOptions {
  private static final Option<String> CONNECTION =
      Option.required(
          "connection",
          ConnectionText.TYPE,
          "host=/var/run/postgresql port=5432 dbname=postgres user=postgres",
          "How to reach the server: a connection string or postgresql:// URI, with the words of"
              + " libpq. A password is refused here: put it into a password file (~/.pgpass, or"
              + " passfile=…) or into PGPASSWORD.");

  private static final Option<ClusterSettings.Source> SOURCE =
      Option.withDefault(
          "source",
          Types.word(ClusterSettings.Source.class),
          "local",
          "How backups read the server's files. local: from this machine's disks, as their owner or"
              + " root. sql: through the connection, from any machine, with a role that needs no"
              + " superuser but some grants, which init and doctor print; each job is one more"
              + " session.");

  private static final Option<Path> DATA_DIRECTORY =
      Option.optional(
          "data-directory",
          Types.path(),
          "asked from the server",
          "/var/lib/postgresql/15/main",
          "Where the server's data directory is on this machine. Needed where it lies elsewhere"
              + " than the server says, as with containers.");

  private static final Option<Path> BIN_DIRECTORY =
      Option.optional(
          "bin-directory",
          Types.path(),
          "looked for where PostgreSQL is usually installed",
          "/usr/lib/postgresql/15/bin",
          "Where PostgreSQL's programs (postgres, pg_ctl; pg_dump, pg_restore) are.");

  private static final Option<Integer> JOBS =
      Option.withDefault("jobs", Types.number(1, 64), "2", "How many threads read and compress.");

  private static final Option<Integer> COMPRESSION_LEVEL =
      Option.withDefault(
          "compression-level",
          Types.number(0, 19),
          "3",
          "Level of zstd: 1 is fast, 19 small, 0 stores as it is.");

  private static final Option<Checkpoint> CHECKPOINT =
      Option.withDefault(
          "checkpoint",
          Types.word(Checkpoint.class),
          "fast",
          "A backup starts with a checkpoint. fast: at once, with a burst of writes. spread: at the"
              + " server's own pace, which takes minutes.");

  private static final Option<ByteSize> READ_RATE_LIMIT =
      Option.withDefault(
          "read-rate-limit",
          Types.size(),
          "0",
          "How many bytes a second a backup reads at most, such as 100MiB; 0 is without limit.");

  private static final Section<BackupSettings> BACKUP_SECTION =
      Section.of(
          "How backups of this cluster are taken.",
          List.of(JOBS, COMPRESSION_LEVEL, CHECKPOINT, READ_RATE_LIMIT),
          values ->
              new BackupSettings(
                  values.get(JOBS),
                  values.get(COMPRESSION_LEVEL),
                  values.get(CHECKPOINT),
                  values.get(READ_RATE_LIMIT)));

  private static final Option<BackupSettings> BACKUP = Option.section("backup", BACKUP_SECTION);

  private static final Option<LogicalSettings> LOGICAL =
      Option.section("logical", LogicalOptions.SECTION);

  private static final Option<FilesSettings> FILES = Option.section("files", FilesOptions.SECTION);

  private static final Option<ProveSettings> PROVE = Option.section("prove", ProveOptions.SECTION);

  private static final Option<Function<ClusterName, WalSettings>> WAL =
      Option.section("wal", WalOptions.SECTION);

  private static final Option<RetentionSettings> RETENTION =
      Option.optional(
          "retention",
          RetentionOptions.SECTION,
          "what `retention` says for all clusters",
          "",
          "For this cluster, in place of all that 'retention' says for all clusters.");

  /** The name is the key in front of the section. */
  static final Section<Function<ClusterName, ClusterSettings>> SECTION =
      Section.of(
          "One PostgreSQL server with all its databases.",
          List.of(
              CONNECTION,
              SOURCE,
              DATA_DIRECTORY,
              BIN_DIRECTORY,
              BACKUP,
              LOGICAL,
              FILES,
              PROVE,
              WAL,
              RETENTION),
          values ->
              name ->
                  new ClusterSettings(
                      name,
                      values.get(CONNECTION),
                      values.get(SOURCE),
                      values.find(DATA_DIRECTORY),
                      values.find(BIN_DIRECTORY),
                      values.get(BACKUP),
                      values.get(LOGICAL),
                      values.get(FILES),
                      values.get(PROVE),
                      values.get(WAL).apply(name),
                      values.find(RETENTION)));

  private ClusterOptions() {}
}
