package io.holdfast.operations.backup;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What backup is wanted. Made by {@link #of} and changed by {@link #but}.
 *
 * @param dataDirectory where the server's data directory lies here; empty for what the server says
 * @param jobs worker threads, at least 1
 * @param fastCheckpoint start with a checkpoint at once, instead of one that is spread over minutes
 * @param newSystem accept a server with another system identifier than the cluster's backups so far
 * @param write how packs are written
 * @param bytesPerSecond limit for reading; 0 for none
 * @param walPatience how long to wait, after the copy, for the WAL to be durable in the repository
 * @param spool existing directory for the WAL segment under way, if this backup has to receive WAL
 *     itself; empty for one of its own under the system's temporary directory
 * @param full read and store everything, whatever earlier backups there are
 * @param parent the backup to build on; empty for the newest that can be built on
 * @param overSql read the files through the server, wherever it runs, and no directory of this
 *     machine
 */
public record BackupRequest(
    ConnectionSettings connection,
    Optional<Path> dataDirectory,
    int jobs,
    boolean fastCheckpoint,
    boolean newSystem,
    WriteOptions write,
    long bytesPerSecond,
    Duration walPatience,
    Optional<Path> spool,
    boolean full,
    Optional<BackupId> parent,
    boolean overSql) {
  public BackupRequest {
    if (full && parent.isPresent()) {
      throw new IllegalArgumentException("a full backup has no parent");
    }
    if (jobs < 1 || jobs > 64) {
      throw new IllegalArgumentException("jobs must be 1 to 64, not " + jobs);
    }
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate is not negative: " + bytesPerSecond);
    }
  }

  /** Two workers, a checkpoint at once, no limit, five minutes of patience. */
  public static BackupRequest of(ConnectionSettings connection) {
    return new Change(connection).made();
  }

  /** The same with changes: {@code request.but(change -> change.jobs = 4)}. */
  public BackupRequest but(Consumer<Change> changes) {
    Change change = new Change(connection);
    change.dataDirectory = dataDirectory;
    change.jobs = jobs;
    change.fastCheckpoint = fastCheckpoint;
    change.newSystem = newSystem;
    change.write = write;
    change.bytesPerSecond = bytesPerSecond;
    change.walPatience = walPatience;
    change.spool = spool;
    change.full = full;
    change.parent = parent;
    change.overSql = overSql;
    changes.accept(change);
    return change.made();
  }

  /** The fields of a request, open to change. */
  public static final class Change {
    private final ConnectionSettings connection;
    public Optional<Path> dataDirectory = Optional.empty();
    public int jobs = 2;
    public boolean fastCheckpoint = true;
    public boolean newSystem;
    public WriteOptions write = WriteOptions.DEFAULT;
    public long bytesPerSecond;
    public Duration walPatience = Duration.ofMinutes(5);
    public Optional<Path> spool = Optional.empty();
    public boolean full;
    public Optional<BackupId> parent = Optional.empty();
    public boolean overSql;

    private Change(ConnectionSettings connection) {
      this.connection = connection;
    }

    private BackupRequest made() {
      return new BackupRequest(
          connection,
          dataDirectory,
          jobs,
          fastCheckpoint,
          newSystem,
          write,
          bytesPerSecond,
          walPatience,
          spool,
          full,
          parent,
          overSql);
    }
  }
}
