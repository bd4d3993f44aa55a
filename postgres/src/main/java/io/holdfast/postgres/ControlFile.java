package io.holdfast.postgres;

import java.time.Instant;

/**
 * What {@code global/pg_control} says. Field offsets: see {@link
 * io.holdfast.postgres.directory.ControlFileFormat}.
 */
public record ControlFile(
    long systemIdentifier,
    int controlVersion,
    int catalogVersion,
    int majorVersion,
    State state,
    Instant modified,
    Lsn checkpoint,
    Lsn redo,
    int timeline,
    long checkpointTime,
    Lsn minRecoveryPoint,
    int minRecoveryTimeline,
    int walLevel,
    boolean walLogHints,
    int maxConnections,
    int maxWorkerProcesses,
    int maxWalSenders,
    int maxPreparedTransactions,
    int maxLocksPerTransaction,
    int blockSize,
    int blocksPerSegment,
    int walBlockSize,
    int walSegmentSize,
    int dataChecksumVersion) {
  /** As numbered in the file. */
  public enum State {
    STARTING,
    SHUT_DOWN,
    SHUT_DOWN_IN_RECOVERY,
    SHUTTING_DOWN,
    IN_CRASH_RECOVERY,
    IN_ARCHIVE_RECOVERY,
    IN_PRODUCTION
  }

  /** The bytes of the file that matter. */
  public static final int SIZE = 8192;

  /**
   * @throws PostgresException if the checksum is wrong or the version is not known
   */
  public static ControlFile parse(byte[] content) {
    return io.holdfast.postgres.directory.ControlFileFormat.parse(content);
  }

  /**
   * The same file with a checkpoint that is nowhere, for a copy that must start from its
   * backup_label: a server that finds no label there stops, instead of starting from a checkpoint
   * that came after the first pages were copied, with damage that nobody sees.
   *
   * @throws PostgresException as {@link #parse}
   */
  public static byte[] withoutCheckpoint(byte[] content) {
    return io.holdfast.postgres.directory.ControlFileFormat.withoutCheckpoint(content);
  }

  public boolean checksummed() {
    return dataChecksumVersion == 1;
  }
}
