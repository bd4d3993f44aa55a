package io.holdfast.operations.status;

import io.holdfast.operations.wal.WalGap;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.BackupId;
import java.time.Instant;
import java.util.List;

/**
 * Every moment in it can be restored.
 *
 * @param path the newest timeline of the path it lies on
 * @param timeline at its end
 * @param from when the first backup in it was complete, by the server's clock
 * @param to when the last transaction ended whose WAL is there without a hole
 * @param fromLsn where the first backup in it is consistent
 * @param toLsn end of its WAL
 * @param backups that it can be restored from, oldest first
 * @param missingBefore WAL whose absence parts it from the window before; empty for the first
 */
public record RecoverableWindow(
    long systemIdentifier,
    int path,
    int timeline,
    Instant from,
    Instant to,
    Lsn fromLsn,
    Lsn toLsn,
    List<BackupId> backups,
    List<WalGap> missingBefore) {
  public RecoverableWindow {
    backups = List.copyOf(backups);
    missingBefore = List.copyOf(missingBefore);
  }
}
