package io.holdfast.repository.backup;

import io.holdfast.repository.ContentCutter;
import io.holdfast.repository.format.LittleEndian;
import io.holdfast.repository.sealing.Keyring;
import java.util.Objects;

/**
 * A gear hash over a table of the repository's own, with the two masks of FastCDC (Xia et al.,
 * USENIX ATC 2016): cuts are rarer before the usual length and more frequent behind it, which keeps
 * lengths close together. Only bits that depend on the last 48 bytes or more decide.
 */
public final class GearCutter implements ContentCutter {
  private static final int BYTES = 256;

  /** 16 bits, one cut in 64 KiB; and 12 bits, one in 4 KiB. */
  private static final long RARE = 0xFFFF_0000_0000_0000L;

  private static final long FREQUENT = 0xFFF0_0000_0000_0000L;

  private final long[] gear = new long[BYTES];

  public GearCutter(Keyring keys) {
    byte[] table = keys.cuttingTable(BYTES * Long.BYTES);
    for (int i = 0; i < BYTES; i++) {
      gear[i] = LittleEndian.getLong(table, i * Long.BYTES);
    }
  }

  @Override
  public int end(byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    int length = Math.min(to - from, MOST);
    if (length <= LEAST) {
      return from + length;
    }
    int end = from + length;
    int usual = from + Math.min(length, USUAL);
    long hash = 0;
    int at = from + LEAST - Long.SIZE;
    for (; at < from + LEAST; at++) {
      hash = (hash << 1) + gear[bytes[at] & 0xFF];
    }
    for (; at < usual; at++) {
      hash = (hash << 1) + gear[bytes[at] & 0xFF];
      if ((hash & RARE) == 0) {
        return at + 1;
      }
    }
    for (; at < end; at++) {
      hash = (hash << 1) + gear[bytes[at] & 0xFF];
      if ((hash & FREQUENT) == 0) {
        return at + 1;
      }
    }
    return end;
  }
}
