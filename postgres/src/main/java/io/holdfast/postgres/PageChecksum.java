package io.holdfast.postgres;

/**
 * Checks data pages as the server does (FNV-1a-derived, {@code checksum_impl.h}). Holds buffers:
 * one per thread.
 */
public final class PageChecksum {
  public static final int PAGE = 8192;

  /** What a page is. */
  public enum Verdict {
    /** Its checksum fits. */
    GOOD,
    /** All zeros: extended and not yet written. */
    NEW,
    /** Its LSN is at or after the start of the backup: WAL replay will overwrite it. */
    CHANGING,
    /** The checksum does not fit, or an unwritten page holds something. */
    BAD
  }

  /**
   * @param block its number in the fork: segment file number × blocks per segment + place in the
   *     file
   * @param backupStart pages with this LSN or a later one are not judged; null judges all
   */
  public Verdict check(
      byte[] bytes, int offset, long block, @org.jspecify.annotations.Nullable Lsn backupStart) {
    throw new UnsupportedOperationException("page " + block);
  }
}
