package io.holdfast.operations.changes;

import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * What happened to one fork. Blocks from the limit on are, unless they changed again, of no more
 * use and zeros.
 */
final class ForkChanges {
  static final long UNLIMITED = 1L << 32;

  /** Of a set with its first container. */
  private static final int SET_BYTES = 224;

  /** Absent as long as it is empty: dropped files have nothing else, and they come in crowds. */
  private @Nullable RoaringBitmap blocks;

  private long limit;

  ForkChanges() {
    this(null, UNLIMITED);
  }

  ForkChanges(@Nullable RoaringBitmap blocks, long limit) {
    this.blocks = blocks;
    this.limit = limit;
  }

  /** The smallest length, in blocks, that the fork had; {@link #UNLIMITED} if it was never cut. */
  long limit() {
    return limit;
  }

  /** Not to be changed by others. */
  RoaringBitmap blocks() {
    RoaringBitmap some = blocks;
    return some == null ? new RoaringBitmap() : some;
  }

  private RoaringBitmap own() {
    RoaringBitmap some = blocks;
    if (some == null) {
      some = new RoaringBitmap();
      blocks = some;
    }
    return some;
  }

  void mark(int block) {
    own().add(block);
  }

  void truncate(long to) {
    limit = Math.min(limit, to);
    RoaringBitmap some = blocks;
    if (some != null) {
      some.remove(to, UNLIMITED);
      blocks = some.isEmpty() ? null : some;
    }
  }

  /** What happened later. */
  void append(ForkChanges later) {
    if (later.limit < UNLIMITED) {
      truncate(later.limit);
    }
    RoaringBitmap theirs = later.blocks;
    if (theirs != null) {
      own().or(theirs);
    }
  }

  /** Rough, in bytes. */
  long size() {
    RoaringBitmap some = blocks;
    return some == null ? 0 : SET_BYTES + some.getLongSizeInBytes();
  }

  void compact() {
    RoaringBitmap some = blocks;
    if (some != null) {
      some.runOptimize();
    }
  }
}
