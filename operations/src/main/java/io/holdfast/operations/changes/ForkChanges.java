package io.holdfast.operations.changes;

import org.roaringbitmap.RoaringBitmap;

/**
 * What happened to one fork. Blocks from the limit on are, unless they changed again, of no more
 * use and zeros.
 */
final class ForkChanges {
  static final long UNLIMITED = 1L << 32;

  private final RoaringBitmap blocks;
  private long limit;

  ForkChanges() {
    this(new RoaringBitmap(), UNLIMITED);
  }

  ForkChanges(RoaringBitmap blocks, long limit) {
    this.blocks = blocks;
    this.limit = limit;
  }

  /** The smallest length, in blocks, that the fork had; {@link #UNLIMITED} if it was never cut. */
  long limit() {
    return limit;
  }

  /** Not to be changed by others. */
  RoaringBitmap blocks() {
    return blocks;
  }

  void mark(int block) {
    blocks.add(block);
  }

  void truncate(long to) {
    limit = Math.min(limit, to);
    blocks.remove(to, UNLIMITED);
  }

  /** What happened later. */
  void append(ForkChanges later) {
    if (later.limit < UNLIMITED) {
      truncate(later.limit);
    }
    blocks.or(later.blocks);
  }

  /** Rough, in bytes. */
  long size() {
    return blocks.getLongSizeInBytes();
  }

  void compact() {
    blocks.runOptimize();
  }
}
