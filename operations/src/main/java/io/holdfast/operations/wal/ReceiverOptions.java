package io.holdfast.operations.wal;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How WAL is received.
 *
 * @param applicationName as synchronous_standby_names would name it
 * @param slot name of the replication slot, created if missing
 * @param temporarySlot the slot ends with the connection: for a receiver inside a backup, which
 *     needs WAL from {@code start} on only
 * @param exclusive take the lease "wal-receive": one continuous receiver for each cluster
 * @param start where to begin; empty continues where the archive ends
 * @param spool existing directory for the segment under way. An exclusive receiver claims it for
 *     its cluster, see {@link SpoolOwner}, and removes what was left there; another one leaves
 *     alone what is not its own
 * @param shipInterval how often what is new of the segment under way goes to the repository
 */
public record ReceiverOptions(
    ConnectionSettings connection,
    String applicationName,
    String slot,
    boolean temporarySlot,
    boolean exclusive,
    Optional<Lsn> start,
    Path spool,
    Duration shipInterval) {
  /** A continuous receiver with a slot that stays. */
  public static ReceiverOptions continuous(
      ConnectionSettings connection, String slot, Path spool, Duration shipInterval) {
    return new ReceiverOptions(
        connection, "holdfast", slot, false, true, Optional.empty(), spool, shipInterval);
  }

  /**
   * A receiver for the time of one backup. Start it before pg_backup_start.
   *
   * @param start a position that the backup's start cannot lie before; empty where only the server
   *     knows, as on a standby, and the slot's own position is taken
   */
  public static ReceiverOptions duringBackup(
      ConnectionSettings connection, String slot, Path spool, Optional<Lsn> start) {
    return new ReceiverOptions(
        connection, "holdfast_backup", slot, true, false, start, spool, Duration.ofSeconds(1));
  }
}
