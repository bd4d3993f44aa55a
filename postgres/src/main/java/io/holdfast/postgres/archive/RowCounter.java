package io.holdfast.postgres.archive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Counts the rows of data in COPY's text form: newlines, less those of the end of data. */
final class RowCounter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NEWLINES = 0x0A0A0A0A0A0A0A0AL;
  private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

  /** {@code \.} and three newlines, as the lowest bytes of a number read backwards. */
  private static final long END = 0x5C2E0A0A0AL;

  private static final long END_MASK = 0xFFFFFFFFFFL;
  private static final int END_NEWLINES = 3;
  private static final int TAIL = 5;

  private long newlines;
  private long tail;

  void begin() {
    newlines = 0;
    tail = 0;
  }

  void add(byte[] bytes, int offset, int length) {
    newlines += newlines(bytes, offset, length);
    for (int i = offset + Math.max(0, length - TAIL); i < offset + length; i++) {
      tail = (tail << 8) | (bytes[i] & 0xFF);
    }
  }

  long rows() {
    return (tail & END_MASK) == END ? newlines - END_NEWLINES : newlines;
  }

  /** Eight at a time: a byte that is a newline becomes one set bit. */
  private static long newlines(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    long count = 0;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long differs = (long) LONG.get(bytes, at) ^ NEWLINES;
      count += Long.bitCount(~(((differs & LOW_BITS) + LOW_BITS) | differs | LOW_BITS));
    }
    for (; at < end; at++) {
      if (bytes[at] == '\n') {
        count++;
      }
    }
    return count;
  }
}
