package io.holdfast.operations.backup;

import io.holdfast.operations.changes.FileChanges;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.repository.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Cuts a walk into pieces of work: thousands of small files into few, one large file into many. The
 * order of the walk is kept.
 */
final class PieceCutter {
  /** Files up to this size share chunks. */
  static final long SMALL = 512 << 10;

  /** Larger files are cut, so that all workers can take part in one. */
  static final long SLICE = 32L << 20;

  /** A batch is full at this many entries, so that its bookkeeping stays small. */
  static final int BATCH_ENTRIES = 128;

  private final Consumer<Piece> pieces;
  private final Compaction compaction;
  private List<Planned> batch = new ArrayList<>();
  private long batchBytes;

  PieceCutter(Consumer<Piece> pieces, Compaction compaction) {
    this.pieces = pieces;
    this.compaction = compaction;
  }

  void add(Planned planned) {
    Entry entry = planned.entry();
    if (entry.kind() == Entry.Kind.FILE && entry.size() > SMALL) {
      endBatch();
      slice(planned);
      return;
    }
    long bytes = entry.kind() == Entry.Kind.FILE ? entry.size() : 0;
    if (batchBytes + bytes > ChunkFiller.CHUNK || batch.size() == BATCH_ENTRIES) {
      endBatch();
    }
    batch.add(new Planned(entry, planned.parent().filter(old -> isKept(old, 0, bytes))));
    batchBytes += bytes;
  }

  private void slice(Planned planned) {
    Entry entry = planned.entry();
    ExtentCursor cursor =
        new ExtentCursor(planned.parent().map(Inherited::extents).orElse(List.of()), 0);
    long from = 0;
    while (entry.size() - from > SLICE) {
      slice(planned, cursor, from, from + SLICE, false);
      from += SLICE;
    }
    slice(planned, cursor, from, entry.size(), true);
  }

  private void slice(Planned planned, ExtentCursor cursor, long from, long to, boolean last) {
    List<Extent> extents = cursor.upTo(to);
    Optional<Inherited> parent =
        planned
            .parent()
            .map(old -> new Inherited(extents, old.changes()))
            .filter(old -> isKept(old, from, to));
    pieces.accept(new Piece.Slice(new Planned(planned.entry(), parent), from, to, last));
  }

  /** Whether it is worth its place, now that so and so much of it changed. */
  private boolean isKept(Inherited old, long from, long to) {
    old.changes().ifPresent(changes -> compaction.changed(changedBytes(changes, from, to)));
    return !compaction.rewrites(old.extents(), to - from);
  }

  private static long changedBytes(FileChanges changes, long from, long to) {
    return PageChecksum.PAGE * changes.count(from / PageChecksum.PAGE, to / PageChecksum.PAGE);
  }

  void endBatch() {
    if (!batch.isEmpty()) {
      pieces.accept(new Piece.Batch(batch));
      batch = new ArrayList<>();
      batchBytes = 0;
    }
  }
}
