package io.holdfast.operations.status;

import io.holdfast.operations.wal.WalGap;
import io.holdfast.repository.BackupId;
import java.util.List;

/**
 * A backup that lacks WAL it cannot do without.
 *
 * @param missing WAL between its start and its stop; empty if its timeline's history is unknown
 */
public record UnrestorableBackup(BackupId id, List<WalGap> missing) {
  public UnrestorableBackup {
    missing = List.copyOf(missing);
  }
}
