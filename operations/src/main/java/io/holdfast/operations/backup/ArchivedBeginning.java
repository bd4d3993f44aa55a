package io.holdfast.operations.backup;

import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/**
 * Proves that the archived WAL is the WAL of this backup: the checkpoint that began it must stand
 * there. A server that was set back to an earlier state (a snapshot of its disk, say) without a
 * recovery that begins a new timeline writes other WAL under positions that the archive has
 * already. By names alone all would seem to be there, and a restore would replay the WAL of the
 * life that was undone.
 */
final class ArchivedBeginning {
  private static final int ATTEMPTS = 5;

  /** A checkpoint's record is shorter, page headers within it included; bytes. */
  private static final int RECORD = 256;

  private final ControlFile control;
  private final Lsn checkpoint;
  private final Lsn redo;
  private boolean found;

  /**
   * @param control as read just after the start
   * @param checkpoint where the label says that the record lies
   * @param redo where the label says that the backup starts
   */
  ArchivedBeginning(ControlFile control, Lsn checkpoint, Lsn redo) {
    this.control = control;
    this.checkpoint = checkpoint;
    this.redo = redo;
  }

  /**
   * Reads one segment.
   *
   * @throws HoldfastException (repository) if the record is not there
   */
  void requireIn(WalArchive archive, TimelineHistory path) {
    for (int attempt = 1; !found && !look(archive, path, attempt == ATTEMPTS); attempt++) {
      // parts of the segment were replaced by the whole while they were read
    }
    if (!found) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not finish the backup: expected in its archived WAL the checkpoint at "
              + checkpoint
              + " that began it, found other WAL",
          "The archive holds WAL that this server wrote in another life: was it, or its disk, set"
              + " back to an earlier state? Give it another cluster name, so that both stay"
              + " restorable.");
    }
  }

  /** Whether the segment could be read. */
  private boolean look(WalArchive archive, TimelineHistory path, boolean last) {
    WalScanner scanner =
        WalScanner.create(control.majorVersion(), archive.segmentSize(), this::see);
    try {
      new ArchivedRecords(archive, path, scanner, checkpoint.plus(RECORD)).showFrom(checkpoint);
      return true;
    } catch (HoldfastException e) {
      if (last) {
        throw e;
      }
      return false;
    }
  }

  private void see(WalRecord record) {
    if (record.start().equals(checkpoint)
        && record.meaning() instanceof WalRecord.Checkpoint begun
        && begun.redo().equals(redo)) {
      // Another checkpoint may have ended before pg_control was read: then its time is unknown.
      found = !control.checkpoint().equals(checkpoint) || begun.time() == control.checkpointTime();
    }
  }
}
