package io.holdfast.postgres.page;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One page and the checksum over it (checksum_impl.h, bufpage.h). Little-endian words:
 *
 * <pre>
 *  0 u32 high half, 4 u32 low half of pd_lsn    8 u16 pd_checksum   10 u16 pd_flags
 * 12 u16 pd_lower  14 u16 pd_upper              16 u16 pd_special   18 u16 size and version
 * </pre>
 *
 * The page is 64 rows of 32 words. Each column has a sum of its own, so that 32 run side by side;
 * the loop over the columns is written for the compiler to turn into vector instructions, and must
 * stay a method of its own over plain arrays for that.
 */
public final class PageSum {
  private static final int BYTES = 8192;
  private static final int WORDS = BYTES / Integer.BYTES;
  private static final int COLUMNS = 32;
  private static final int PRIME = 16777619;
  private static final int[] OFFSETS = {
    0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
    0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
    0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
    0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756,
  };

  private final int[] words = new int[WORDS];
  private final int[] sums = new int[COLUMNS];
  private final int[] zeros = new int[COLUMNS];

  /** Takes the page at {@code offset}; everything else speaks of it. */
  public void load(byte[] bytes, int offset) {
    ByteBuffer.wrap(bytes, offset, BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .get(words, 0, WORDS);
  }

  /** pd_upper is 0: nothing was ever put on it. */
  public boolean isUnwritten() {
    return words[3] >>> 16 == 0;
  }

  public boolean isZero() {
    int any = 0;
    for (int word : words) {
      any |= word;
    }
    return any == 0;
  }

  public long lsn() {
    return ((long) words[0] << 32) | (words[1] & 0xFFFFFFFFL);
  }

  public int stored() {
    return words[2] & 0xFFFF;
  }

  /**
   * @param block number within the fork, unsigned
   */
  public int computed(int block) {
    int second = words[2];
    words[2] = second & 0xFFFF0000;
    System.arraycopy(OFFSETS, 0, sums, 0, COLUMNS);
    for (int row = 0; row < WORDS; row += COLUMNS) {
      mix(sums, words, row);
    }
    mix(sums, zeros, 0);
    mix(sums, zeros, 0);
    words[2] = second;
    int all = block;
    for (int sum : sums) {
      all ^= sum;
    }
    return Integer.remainderUnsigned(all, 65535) + 1;
  }

  private static void mix(int[] sums, int[] words, int from) {
    for (int i = 0; i < COLUMNS; i++) {
      int mixed = sums[i] ^ words[from + i];
      sums[i] = (mixed * PRIME) ^ (mixed >>> 17);
    }
  }
}
