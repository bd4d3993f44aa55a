package io.holdfast.settings;

import io.holdfast.vocabulary.ClusterName;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One PostgreSQL server.
 *
 * @param connection libpq connection string or URI, without a password
 * @param dataDirectory empty: asked from the server
 * @param binDirectory empty: looked for
 */
public record ClusterSettings(
    ClusterName name,
    String connection,
    Source source,
    Optional<Path> dataDirectory,
    Optional<Path> binDirectory,
    BackupSettings backup,
    WalSettings wal) {
  /** How backups read the server's files. */
  public enum Source {
    /** From this machine's disks. */
    LOCAL,
    /** Through the connection. */
    SQL
  }
}
