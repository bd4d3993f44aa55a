package io.holdfast.operations.changes;

import org.roaringbitmap.RoaringBitmap;

/**
 * What happened to one file of a relation. Blocks are counted from the file's first. Immutable, any
 * thread.
 */
public final class FileChanges {
  private static final FileChanges NOTHING =
      new FileChanges(new RoaringBitmap(), 0, ForkChanges.UNLIMITED);

  private final RoaringBitmap blocks;
  private final long first;
  private final long limit;

  private FileChanges(RoaringBitmap blocks, long first, long limit) {
    this.blocks = blocks;
    this.first = first;
    this.limit = limit;
  }

  static FileChanges nothing() {
    return NOTHING;
  }

  static FileChanges of(ForkChanges fork, long firstBlock) {
    return new FileChanges(fork.blocks(), firstBlock, fork.limit());
  }

  /** Whether nothing that the file held before is of use. */
  public boolean isNew() {
    return limit <= first;
  }

  /**
   * The first block that an older copy says nothing about: from there on everything was cut off
   * once, and what did not change since holds zeros. Beyond the file if it was never cut.
   */
  public long limit() {
    return Math.max(0, limit - first);
  }

  /** How many blocks from {@code from} to before {@code to} changed. */
  public long count(long from, long to) {
    return blocks.rangeCardinality(first + from, first + to);
  }

  /** The first changed block at or after {@code block}; {@code end} if none is before that. */
  public long nextChanged(long block, long end) {
    long next = blocks.nextValue((int) (first + block));
    return next < 0 || next - first > end ? end : next - first;
  }

  /** The first unchanged block at or after {@code block}; {@code end} if none is before that. */
  public long nextUnchanged(long block, long end) {
    long next = blocks.nextAbsentValue((int) (first + block));
    return next < 0 || next - first > end ? end : next - first;
  }
}
