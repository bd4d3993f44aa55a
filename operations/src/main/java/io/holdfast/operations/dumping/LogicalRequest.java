package io.holdfast.operations.dumping;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.repository.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What logical backup is wanted. Made by {@link #of} and changed by {@link #but}.
 *
 * @param connection to any database; each is connected to by its name
 * @param databases patterns with {@code *} and {@code ?}; empty for all but templates
 * @param exclude patterns of those that are left out
 * @param jobs how many databases are dumped at once
 * @param checksums sum up the content of each table, and not only count its rows
 * @param rolePasswords save the passwords of roles with them, as far as the role may read them
 * @param newSystem accept a server with another system identifier than the cluster's backups so far
 * @param programs directories in which to look for pg_dump first
 * @param lockTimeout how long to wait for a table that somebody has locked
 * @param stallTimeout how long pg_dump may give no byte until it counts as hanging
 * @param write how packs are written
 * @param bytesPerSecond limit for what is dumped; 0 for none
 */
public record LogicalRequest(
    ConnectionSettings connection,
    List<String> databases,
    List<String> exclude,
    int jobs,
    boolean checksums,
    boolean rolePasswords,
    boolean newSystem,
    List<Path> programs,
    Duration lockTimeout,
    Duration stallTimeout,
    WriteOptions write,
    long bytesPerSecond) {
  public LogicalRequest {
    databases = List.copyOf(databases);
    exclude = List.copyOf(exclude);
    programs = List.copyOf(programs);
    if (jobs < 1 || jobs > 64) {
      throw new IllegalArgumentException("jobs must be 1 to 64, not " + jobs);
    }
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate is not negative: " + bytesPerSecond);
    }
  }

  /** All databases, two at once. */
  public static LogicalRequest of(ConnectionSettings connection) {
    return new Change(connection).made();
  }

  /** The same with changes: {@code request.but(change -> change.jobs = 4)}. */
  public LogicalRequest but(Consumer<Change> changes) {
    Change change = new Change(connection);
    change.databases = databases;
    change.exclude = exclude;
    change.jobs = jobs;
    change.checksums = checksums;
    change.rolePasswords = rolePasswords;
    change.newSystem = newSystem;
    change.programs = programs;
    change.lockTimeout = lockTimeout;
    change.stallTimeout = stallTimeout;
    change.write = write;
    change.bytesPerSecond = bytesPerSecond;
    changes.accept(change);
    return change.made();
  }

  /** The fields of a request, open to change. */
  public static final class Change {
    private final ConnectionSettings connection;
    public List<String> databases = List.of();
    public List<String> exclude = List.of();
    public int jobs = 2;
    public boolean checksums;
    public boolean rolePasswords = true;
    public boolean newSystem;
    public List<Path> programs = List.of();
    public Duration lockTimeout = Duration.ofMinutes(1);
    public Duration stallTimeout = Duration.ofMinutes(30);
    public WriteOptions write = WriteOptions.DEFAULT;
    public long bytesPerSecond;

    private Change(ConnectionSettings connection) {
      this.connection = connection;
    }

    private LogicalRequest made() {
      return new LogicalRequest(
          connection,
          databases,
          exclude,
          jobs,
          checksums,
          rolePasswords,
          newSystem,
          programs,
          lockTimeout,
          stallTimeout,
          write,
          bytesPerSecond);
    }
  }
}
