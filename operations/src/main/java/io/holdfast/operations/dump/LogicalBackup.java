package io.holdfast.operations.dump;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.operations.notes.Standing;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A logical backup: globals, and the dumps of databases. */
public final class LogicalBackup {
  /** Roles of a cluster are text of this size at most. */
  private static final long LARGEST_TEXT = 64L << 20;

  private final BackupId id;
  private final BackupReader reader;
  private final List<StoredDump> dumps;

  private LogicalBackup(BackupId id, BackupReader reader, List<StoredDump> dumps) {
    this.id = id;
    this.reader = reader;
    this.dumps = dumps;
  }

  /**
   * @throws HoldfastException (usage) if there is no such backup, or if it is of another kind
   */
  public static LogicalBackup open(ClusterArchive archive, BackupId id) {
    BackupReader reader = archive.open(id);
    return new LogicalBackup(
        id,
        reader,
        LogicalDetails.of(reader.manifest()).databases().stream()
            .map(database -> new StoredDump(id, database, reader))
            .toList());
  }

  /**
   * As below; "latest" is the newest one that has a database.
   *
   * @throws HoldfastException (usage) likewise
   */
  public static LogicalBackup find(ClusterArchive archive, String text, String database) {
    LogicalBackup newest = find(archive, text);
    if (!text.equals("latest") || newest.has(database)) {
      return newest;
    }
    Map<BackupId, Standing> standings = new Backups(archive).standings();
    return archive.backupIds().reversed().stream()
        .filter(id -> !standings.getOrDefault(id, Standing.PLAIN).removed())
        .filter(id -> archive.open(id).manifest().kind().equals(LogicalFiles.KIND))
        .map(id -> open(archive, id))
        .filter(backup -> backup.has(database))
        .findFirst()
        .orElse(newest);
  }

  private boolean has(String database) {
    return dumps.stream().anyMatch(dump -> dump.database().name().equals(database));
  }

  /**
   * The logical backup that a text means: an id, the start of just one, or "latest", which is the
   * newest logical one that was not removed.
   *
   * @throws HoldfastException (usage) if there is none, or if it is of another kind
   */
  public static LogicalBackup find(ClusterArchive archive, String text) {
    Backups backups = new Backups(archive);
    if (!text.equals("latest")) {
      return open(archive, backups.find(text));
    }
    Map<BackupId, Standing> standings = backups.standings();
    for (BackupId id : archive.backupIds().reversed()) {
      if (!standings.getOrDefault(id, Standing.PLAIN).removed()
          && archive.open(id).manifest().kind().equals(LogicalFiles.KIND)) {
        return open(archive, id);
      }
    }
    throw new HoldfastException(
        ExitStatus.USAGE,
        "cluster " + archive.name() + " has no logical backup",
        "`holdfast backup " + archive.name() + " --kind logical` makes one.");
  }

  public BackupId id() {
    return id;
  }

  public List<StoredDump> dumps() {
    return dumps;
  }

  /**
   * The dump of a database.
   *
   * @throws HoldfastException (usage) if the backup has none of that name
   */
  public StoredDump dump(String database) {
    return dumps.stream()
        .filter(dump -> dump.database().name().equals(database))
        .findFirst()
        .orElseThrow(() ->
            new HoldfastException(
                ExitStatus.USAGE,
                "backup "
                    + id
                    + " has no database '"
                    + database
                    + "', only "
                    + String.join(", ", dumps.stream().map(d -> d.database().name()).toList()),
                "`holdfast dump list " + id + "` lists them with their sizes."));
  }

  /**
   * Its only dump.
   *
   * @throws HoldfastException (usage) if it has several
   */
  public StoredDump onlyDump() {
    if (dumps.size() != 1) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "which database? Backup "
              + id
              + " has "
              + String.join(", ", dumps.stream().map(each -> each.database().name()).toList()),
          "Name one of them.");
    }
    return dumps.getFirst();
  }

  /** Roles and tablespaces, as SQL; empty if they were not saved. */
  public Optional<byte[]> globals() {
    return small(reader, LogicalFiles.GLOBALS);
  }

  /** The content of a stored file that is no dump. */
  static Optional<byte[]> small(BackupReader reader, String path) {
    List<StoredBytes.Part> found = new ArrayList<>(1);
    reader.files(path, path, file -> found.add(new StoredBytes.Part(path, 0, file.length())));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (found.getFirst().length() > LARGEST_TEXT) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not read " + path + ": expected at most " + LARGEST_TEXT + " bytes, found more",
          "`holdfast verify` tells which backups are whole.");
    }
    try (InputStream in = new StoredBytes(reader, found).all()) {
      return Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
