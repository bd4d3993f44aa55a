package io.holdfast.operations.status;

import io.holdfast.operations.wal.WalGap;
import io.holdfast.repository.BackupId;
import java.util.List;

/**
 * A backup that lacks what it cannot do without.
 *
 * @param missing WAL between its start and its stop; empty if its timeline's history is unknown
 * @param packs of it that are not there, or not as long as they were
 */
public record UnrestorableBackup(BackupId id, List<WalGap> missing, int packs) {
  public UnrestorableBackup {
    missing = List.copyOf(missing);
  }
}
