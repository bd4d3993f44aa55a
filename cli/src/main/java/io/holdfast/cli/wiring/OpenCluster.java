package io.holdfast.cli.wiring;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.operations.backup.BackupRequest;
import io.holdfast.operations.backup.FilesRequest;
import io.holdfast.operations.dumping.LogicalRequest;
import io.holdfast.operations.restore.RestoreHost;
import io.holdfast.operations.retention.Keeping;
import io.holdfast.operations.retention.Period;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.wal.FileTrouble;
import io.holdfast.operations.wal.ReceiverOptions;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalDesk;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.Programs;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.WriteOptions;
import io.holdfast.settings.BackupSettings;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.LogicalSettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RetentionSettings;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster as the configuration declares it, with its part of the open repository; translates the
 * one into what the operations ask for.
 *
 * @param config the configuration file
 * @param settings empty if only the repository knows the cluster
 */
public record OpenCluster(
    Path config, ClusterName clusterName, Optional<ClusterSettings> settings, OpenRepository opened)
    implements AutoCloseable {
  public String name() {
    return clusterName.text();
  }

  /**
   * What the configuration says of it.
   *
   * @throws HoldfastException (usage) if it says nothing: then it can only be read and restored
   */
  public ClusterSettings declared() {
    return settings.orElseThrow(() ->
        new HoldfastException(
            ExitStatus.USAGE,
            "cluster " + name() + " is in the repository but not declared in " + config,
            "Add it below 'clusters:', with how to connect to its server."));
  }

  public ClusterArchive archive() {
    return opened.repository().cluster(name());
  }

  public ConnectionSettings connection() {
    return ConnectionSettings.parse(declared().connection());
  }

  public BackupRequest backupRequest() {
    BackupSettings wanted = declared().backup();
    return BackupRequest.of(connection())
        .but(change -> {
          change.overSql = declared().source() == ClusterSettings.Source.SQL;
          change.dataDirectory = declared().dataDirectory();
          change.jobs = wanted.jobs();
          change.fastCheckpoint = wanted.checkpoint() == BackupSettings.Checkpoint.FAST;
          change.bytesPerSecond = wanted.readRateLimit().bytes();
          change.write =
              new WriteOptions(WriteOptions.DEFAULT.packSize(), wanted.compressionLevel());
        });
  }

  public LogicalRequest logicalRequest() {
    BackupSettings wanted = declared().backup();
    LogicalSettings logical = declared().logical();
    return LogicalRequest.of(connection())
        .but(change -> {
          change.databases = logical.databases();
          change.exclude = logical.exclude();
          change.checksums = logical.checksums();
          change.rolePasswords = logical.rolePasswords();
          change.lockTimeout = logical.lockTimeout();
          change.stallTimeout = logical.stallTimeout();
          change.programs = programDirectories();
          change.jobs = wanted.jobs();
          change.bytesPerSecond = wanted.readRateLimit().bytes();
          change.write =
              new WriteOptions(WriteOptions.DEFAULT.packSize(), wanted.compressionLevel());
        });
  }

  /**
   * @throws HoldfastException (usage) if no directories are named
   */
  public void requireFiles() {
    if (declared().files().directories().isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not back up files of " + name() + ": the configuration names no directories",
          "Below the cluster in "
              + config
              + ", write for example: files: { directories: [/var/www/uploads] }");
    }
  }

  /**
   * @param database the backup that was taken just before
   * @param bytesPerSecond in place of what is configured
   */
  public FilesRequest filesRequest(
      Optional<BackupId> database, boolean full, Optional<Long> bytesPerSecond) {
    BackupSettings wanted = declared().backup();
    return new FilesRequest(
        declared().files().directories(),
        declared().files().exclude(),
        database,
        full,
        bytesPerSecond.orElse(wanted.readRateLimit().bytes()),
        new WriteOptions(WriteOptions.DEFAULT.packSize(), wanted.compressionLevel()));
  }

  /** What is kept of it on the first site; empty if nothing is ever removed. */
  public Optional<Policy> retention() {
    return retention(opened.settings().sites().getFirst());
  }

  /** What is kept of it on a site: by the site's own rules, or else by the cluster's. */
  public Optional<Policy> retention(NamedSite site) {
    return settings.flatMap(declared -> retention(site, declared));
  }

  /** As above, by the configuration alone. */
  public static Optional<Policy> retention(NamedSite site, ClusterSettings declared) {
    return site.retention()
        .or(declared::retention)
        .map(keep ->
            policy(keep, keep, keep.logical().map(rules -> policy(rules, keep, Optional.empty()))));
  }

  /**
   * @param whole what time zone and grace are taken from
   */
  private static Policy policy(
      RetentionSettings rules, RetentionSettings whole, Optional<Policy> logical) {
    return new Policy(
        rules.last(),
        Map.of(
            Period.HOURLY, rules.hourly(),
            Period.DAILY, rules.daily(),
            Period.WEEKLY, rules.weekly(),
            Period.MONTHLY, rules.monthly(),
            Period.YEARLY, rules.yearly()),
        rules.within(),
        whole.timeZone(),
        whole.grace(),
        logical);
  }

  /** A site without rules of its own that was pruned by hand follows those of each cluster. */
  public static Keeping keeping(Settings settings, NamedSite site) {
    return new Keeping(
        cluster ->
            Optional.ofNullable(settings.clusters().get(new ClusterName(cluster)))
                .flatMap(declared -> retention(site, declared)),
        site.retention().isPresent());
  }

  /** How many jobs a backup may have at most, so that it does not run out of memory. */
  public int mostJobs() {
    return MostJobs.of(opened.settings().sites(), Runtime.getRuntime().maxMemory());
  }

  public ReceiverOptions receiverOptions() {
    return ReceiverOptions.continuous(
        connection(),
        declared().wal().slot(),
        created(declared().wal().spool(opened.repository().id())),
        declared().wal().shipInterval());
  }

  /**
   * The WAL archive of the server that a data directory is of.
   *
   * @param directory as PostgreSQL starts its commands there; if it is none, the configured one
   */
  public WalArchive walArchive(Path directory) {
    Path data =
        Files.exists(directory.resolve("PG_VERSION"))
            ? directory
            : settings.flatMap(ClusterSettings::dataDirectory).orElse(directory);
    ControlFile control = DataDirectory.open(data).control();
    return WalArchive.of(archive(), control.systemIdentifier(), control.walSegmentSize());
  }

  /** Where a process that serves holdfast-wal announces itself. */
  public Path deskFile() {
    return WalDesk.file(config, clusterName, System.getenv());
  }

  /**
   * @param away sites from which its recovery is to fetch nothing
   */
  public RestoreHost restoreHost(List<String> away) {
    return new RestoreHost(
        Installation.walGetCommand(config, opened.from().without(away), name()),
        Sites.directories(opened.settings().sites()),
        programDirectories(),
        settings.map(declared -> ConnectionSettings.parse(declared.connection())));
  }

  /**
   * As above, for a copy that is made to be looked at: where this machine has no programs of that
   * version, the server that this program brings along serves.
   *
   * @param major 0 if it does not matter
   * @param away sites from which its recovery is to fetch nothing
   */
  public RestoreHost proofHost(int major, List<String> away) {
    RestoreHost host = restoreHost(away);
    List<Path> programs = new ArrayList<>(programDirectories());
    if (major != 0 && Programs.find(major, programs).isEmpty()) {
      PostgresBinaries.find(major, List.of(Installation.folder().resolve("demo")))
          .map(PostgresBinaries::directory)
          .ifPresent(programs::add);
    }
    return new RestoreHost(host.walCommand(), host.keepAway(), programs, host.connection());
  }

  /** Where PostgreSQL's own programs are looked for first. */
  public List<Path> programDirectories() {
    return settings.flatMap(ClusterSettings::binDirectory).map(List::of).orElse(List.of());
  }

  /** Readable by nobody else: what lies there is the content of the databases. */
  private static Path created(Path directory) {
    try {
      return Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not create the WAL spool " + directory + ": " + FileTrouble.reason(e),
          "Let this user write there, or name another place below the cluster, as wal: {"
              + " spool-directory: /var/tmp/holdfast-spool }",
          e);
    }
  }

  @Override
  public void close() {
    opened.close();
  }
}
