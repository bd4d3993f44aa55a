package io.holdfast.postgres;

/** The parsed content of {@code backup_label}; the file itself is kept byte for byte elsewhere. */
public record BackupLabel(
    Lsn start,
    String startSegment,
    Lsn checkpoint,
    int timeline,
    boolean fromStandby,
    String label) {
  /**
   * @throws PostgresException naming the line that is missing
   */
  public static BackupLabel parse(byte[] content) {
    return io.holdfast.postgres.wal.LabelFile.parse(content);
  }
}
