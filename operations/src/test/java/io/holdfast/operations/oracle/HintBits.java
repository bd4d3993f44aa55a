package io.holdfast.operations.oracle;

/**
 * What a server may change in a page without a word in the WAL when checksums are off: what it
 * found out about transactions (t_infomask, htup_details.h), index entries known to be dead
 * (lp_flags, itemid.h), and the flags in front of and behind those (pd_flags, pd_prune_xid,
 * bufpage.h; the last word of a 16-byte special space, nbtree.h, hash.h, gist.h). The same as
 * PostgreSQL's bufmask.c.
 */
final class HintBits {
  private static final int PAGE = 8192;
  private static final int HEADER = 24;
  private static final int INFOMASK_HINTS = 0x0F00;

  private HintBits() {}

  /** Whether two pages are the same but for these; pages that differ in their LSN never are. */
  static boolean makeTheDifference(byte[] one, byte[] other) {
    byte[] a = one.clone();
    byte[] b = other.clone();
    mask(a);
    mask(b);
    return java.util.Arrays.equals(a, b);
  }

  private static void mask(byte[] page) {
    int lower = u16(page, 12);
    int special = u16(page, 16);
    java.util.Arrays.fill(page, 8, 12, (byte) 0);
    java.util.Arrays.fill(page, 20, 24, (byte) 0);
    if (lower < HEADER || lower > PAGE || special > PAGE) {
      return;
    }
    for (int at = HEADER; at + 4 <= lower; at += 4) {
      maskItem(page, at, special);
    }
    if (special == PAGE - 16) {
      java.util.Arrays.fill(page, PAGE - 4, PAGE, (byte) 0);
    }
  }

  private static void maskItem(byte[] page, int at, int special) {
    int offset = u16(page, at) & 0x7FFF;
    boolean heap = special == PAGE;
    page[at + 1] &= 0x7F;
    page[at + 2] &= (byte) 0xFE;
    if (heap && offset >= HEADER && offset + 23 <= PAGE) {
      int infomask = u16(page, offset + 20) & ~INFOMASK_HINTS;
      page[offset + 20] = (byte) infomask;
      page[offset + 21] = (byte) (infomask >> 8);
    }
  }

  private static int u16(byte[] page, int at) {
    return (page[at] & 0xFF) | ((page[at + 1] & 0xFF) << 8);
  }
}
