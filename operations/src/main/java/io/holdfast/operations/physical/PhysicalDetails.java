package io.holdfast.operations.physical;

import io.holdfast.postgres.BackupLabel;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.ServerSession.Setting;
import io.holdfast.postgres.ServerSession.Tablespace;
import io.holdfast.repository.Manifest;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a physical backup adds to its manifest: everything a restore needs besides the stored files.
 *
 * <p>Three files of the restored data directory are <em>not</em> among the stored files, and come
 * from here instead, because a restore writes them itself, last: {@code backup_label}, {@code
 * tablespace_map} and {@code global/pg_control}. (A backup may read pg_control only after all data,
 * while stored files are listed in path order.)
 *
 * <p>Stored files under {@link #CONFIG_PREFIX} are configuration files that lie outside the data
 * directory; they do not belong into a restored data directory under that path. See {@link
 * #configFiles}.
 *
 * @param label {@code backup_label}, byte for byte
 * @param tablespaceMap {@code tablespace_map}, byte for byte; empty if the server gave none
 * @param control the bytes of {@code global/pg_control}, {@link ControlFile#SIZE} of them
 * @param tablespaces all but the built-in ones; location "" for those inside the data directory
 * @param extensions of the database that was connected to, name to version
 * @param settings non-default ones and those that recovery depends on; those that may hold a secret
 *     are left out
 */
public record PhysicalDetails(
    Server server,
    Window window,
    byte[] label,
    Optional<byte[]> tablespaceMap,
    byte[] control,
    List<Tablespace> tablespaces,
    List<StoredDatabase> databases,
    Map<String, String> extensions,
    List<Setting> settings,
    List<ConfigFile> configFiles,
    Findings findings,
    List<String> notes,
    Effort effort,
    Changes changes) {
  /** The kind of manifest that these details belong to. */
  public static final String KIND = "physical";

  /** Where stored files begin that must be kept out of a restored data directory. */
  public static final String CONFIG_PREFIX = "holdfast.config/";

  /** What most restores, and people, ask first. */
  public record Server(
      long systemIdentifier,
      int versionNumber,
      String version,
      int controlVersion,
      int catalogVersion,
      int walSegmentSize,
      int blockSize,
      int blocksPerSegment,
      int dataChecksumVersion,
      String dataDirectory,
      int port) {
    public int major() {
      return versionNumber / 10_000;
    }

    public boolean checksummed() {
      return dataChecksumVersion == 1;
    }
  }

  /**
   * The WAL without which this backup is nothing: from {@code start} on {@code startTimeline}
   * through {@code stop} on {@code stopTimeline}. After replaying it the copy is consistent.
   *
   * @param started the server's clock when the backup began
   * @param stopped the server's clock when it ended: restores to times before it need an older one
   * @param walFrom who brought that WAL into the repository: "receiver" (a running one) or "backup"
   */
  public record Window(
      Lsn start,
      int startTimeline,
      Lsn stop,
      int stopTimeline,
      Lsn checkpoint,
      Instant started,
      Instant stopped,
      boolean fromStandby,
      String walFrom) {}

  /** One database as it was, with the collation version it records ("" if it records none). */
  public record StoredDatabase(
      int oid, String name, String encoding, String collate, String collationVersion, long size) {}

  /**
   * A configuration file that lies outside the data directory.
   *
   * @param setting that named it: "config_file", "hba_file", "ident_file", or "include" for a file
   *     in conf.d
   * @param location where it lay
   * @param storedAs its path among the stored files
   */
  public record ConfigFile(String setting, String location, String storedAs) {}

  /**
   * What the page check found. A backup with damaged pages is kept, and says so everywhere.
   *
   * @param pagesChecked 0 if the cluster has no checksums
   * @param pagesChanging pages being written while they were read; WAL replay overwrites them
   * @param damaged the first of them, at most {@link #LISTED}
   * @param oddFiles relation files whose length is no multiple of the page size, at most {@link
   *     #LISTED}
   */
  public record Findings(
      long pagesChecked,
      long pagesChanging,
      long damagedPages,
      List<DamagedPage> damaged,
      List<String> oddFiles) {
    public static final int LISTED = 1000;

    public Findings {
      damaged = List.copyOf(damaged);
      oddFiles = List.copyOf(oddFiles);
    }

    public boolean clean() {
      return damagedPages == 0;
    }
  }

  /**
   * @param block its number within the fork, not within the file
   */
  public record DamagedPage(String path, long block) {}

  /**
   * @param durations of the steps, in the order they ran
   */
  public record Effort(int jobs, Map<String, Duration> durations) {}

  /**
   * How was found what had changed since the parent.
   *
   * @param foundBy "full": everything was read and stored; "tracked": WAL told which pages to read;
   *     "scan": everything was read and compared with the parent
   * @param why it was done so; "" if the backup is of a version that did not say
   */
  public record Changes(String foundBy, String why, Audit audit) {}

  /**
   * What a sample of inherited pages gave when it was compared with the server. A page that is not
   * what it should be is never in here: such a backup does not come to be.
   *
   * @param pages compared
   * @param hintBits of them differ in what is not logged, under the same LSN
   * @param changing of them were changed after the backup began
   */
  public record Audit(long pages, long hintBits, long changing) {
    public static final Audit NONE = new Audit(0, 0, 0);
  }

  public PhysicalDetails {
    tablespaces = List.copyOf(tablespaces);
    databases = List.copyOf(databases);
    settings = List.copyOf(settings);
    configFiles = List.copyOf(configFiles);
    notes = List.copyOf(notes);
  }

  /**
   * @throws HoldfastException (usage) if that is no physical backup; (repository) if its details
   *     are not what this program can read
   */
  public static PhysicalDetails of(Manifest manifest) {
    if (!manifest.kind().equals(KIND)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "backup " + manifest.id() + " is a " + manifest.kind() + " backup, not a physical one",
          "`holdfast backups list` shows the kind of each backup.");
    }
    return DetailsJson.read(manifest.id().text(), manifest.details());
  }

  public JsonNode toJson() {
    return DetailsJson.write(this);
  }

  public BackupLabel parsedLabel() {
    return BackupLabel.parse(label);
  }

  public ControlFile parsedControl() {
    return ControlFile.parse(control);
  }
}
