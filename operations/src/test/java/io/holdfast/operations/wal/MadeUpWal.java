package io.holdfast.operations.wal;

import io.holdfast.postgres.WalSegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Segments with the header of a real one, and noise. */
final class MadeUpWal {
  static final long SYSTEM = 7_300_000_000_000_000_001L;
  static final int SIZE = 1 << 20;

  private MadeUpWal() {}

  static WalSegment segment(int timeline, long number) {
    return new WalSegment(timeline, number, SIZE);
  }

  static byte[] content(WalSegment segment) {
    return content(segment, SYSTEM, segment.timeline(), 0);
  }

  static byte[] content(WalSegment segment, long system, int headerTimeline, long seed) {
    byte[] bytes = new byte[segment.size()];
    new SplittableRandom(segment.number() * 31 + seed).nextBytes(bytes);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.nativeOrder())
        .putShort(0, (short) 0xD118)
        .putShort(2, (short) 0x0002)
        .putInt(4, headerTimeline)
        .putLong(8, segment.start().value())
        .putInt(16, 0)
        .putInt(20, 0)
        .putLong(24, system)
        .putInt(32, segment.size())
        .putInt(36, 8192);
    return bytes;
  }
}
