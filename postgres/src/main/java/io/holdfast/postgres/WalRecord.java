package io.holdfast.postgres;

import java.time.Instant;

/**
 * A WAL record as far as recovery targets need it.
 *
 * @param start LSN of its first byte: what recovery_target_lsn is compared with
 * @param end LSN after it, aligned; of a switch, the end of its segment
 * @param xid of its header, unsigned in a long; for a prepared transaction's end, that
 *     transaction's
 */
public record WalRecord(Lsn start, Lsn end, long xid, Meaning meaning) {
  /** What it means; most records are {@link Other}. */
  public sealed interface Meaning {}

  public record Commit(Instant time) implements Meaning {}

  public record Abort(Instant time) implements Meaning {}

  public record RestorePoint(Instant time, String name) implements Meaning {}

  /**
   * @param time when it began, in seconds since 1970, as pg_control repeats it
   */
  public record Checkpoint(Lsn redo, boolean shutdown, int timeline, long time)
      implements Meaning {}

  public record EndOfRecovery(int timeline, int previousTimeline) implements Meaning {}

  /** XLOG_BACKUP_END: a backup that started at {@code backupStart} is consistent from here. */
  public record BackupEnd(Lsn backupStart) implements Meaning {}

  public record ParameterChange(RecoveryMinimums minimums, int walLevel) implements Meaning {}

  public record Switch() implements Meaning {}

  public record Other(int resourceManager, int info) implements Meaning {}
}
