package io.holdfast.settings;

import io.holdfast.vocabulary.ByteSize;

/**
 * How backups are taken.
 *
 * @param jobs worker threads, at least 1
 * @param compressionLevel of zstd, 1 to 19; 0 stores as it is
 * @param readRateLimit bytes per second; 0 for none
 */
public record BackupSettings(
    int jobs, int compressionLevel, Checkpoint checkpoint, ByteSize readRateLimit) {
  /** How the checkpoint that starts a backup is done. */
  public enum Checkpoint {
    /** At once, with a burst of writes. */
    FAST,
    /** At the server's own pace, which takes minutes. */
    SPREAD
  }
}
