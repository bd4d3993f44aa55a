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
 * @param retention empty: nothing is ever removed
 */
public record ClusterSettings(
    ClusterName name,
    String connection,
    Source source,
    Optional<Path> dataDirectory,
    Optional<Path> binDirectory,
    BackupSettings backup,
    LogicalSettings logical,
    FilesSettings files,
    ProveSettings prove,
    WalSettings wal,
    Optional<RetentionSettings> retention) {
  /** How backups read the server's files. */
  public enum Source {
    /** From this machine's disks. */
    LOCAL,
    /** Through the connection. */
    SQL
  }

  /** Keeps what the file says for all clusters, if nothing was said for this one. */
  public ClusterSettings orKeeping(Optional<RetentionSettings> otherwise) {
    return new ClusterSettings(
        name,
        connection,
        source,
        dataDirectory,
        binDirectory,
        backup,
        logical,
        files,
        prove,
        wal,
        retention.or(() -> otherwise));
  }
}
