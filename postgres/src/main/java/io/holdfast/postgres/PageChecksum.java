package io.holdfast.postgres;

import io.holdfast.postgres.page.PageSum;
import org.jspecify.annotations.Nullable;

/**
 * Checks data pages as the server does (FNV-1a-derived, {@code checksum_impl.h}). Holds buffers:
 * one per thread.
 */
public final class PageChecksum {
  public static final int PAGE = 8192;

  private final PageSum sum = new PageSum();

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
   * @param backupStart pages with this LSN or a later one may have a checksum that does not fit;
   *     null for none
   */
  public Verdict check(byte[] bytes, int offset, long block, @Nullable Lsn backupStart) {
    return check(bytes, offset, block, backupStart, null);
  }

  /**
   * @param writtenUpTo a position that the server's WAL had reached after the page was read: a
   *     later LSN in a page whose checksum does not fit is garbage and excuses nothing. Null if not
   *     known.
   */
  public Verdict check(
      byte[] bytes, int offset, long block, @Nullable Lsn backupStart, @Nullable Lsn writtenUpTo) {
    sum.load(bytes, offset);
    if (sum.isUnwritten()) {
      return sum.isZero() ? Verdict.NEW : Verdict.BAD;
    }
    if (sum.stored() == sum.computed((int) block)) {
      return Verdict.GOOD;
    }
    Lsn lsn = new Lsn(sum.lsn());
    boolean excused =
        backupStart != null
            && !lsn.isBefore(backupStart)
            && (writtenUpTo == null || !lsn.isAfter(writtenUpTo));
    return excused ? Verdict.CHANGING : Verdict.BAD;
  }
}
