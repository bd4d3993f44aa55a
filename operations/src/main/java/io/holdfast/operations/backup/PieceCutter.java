package io.holdfast.operations.backup;

import io.holdfast.postgres.ClusterFiles.Entry;
import java.util.ArrayList;
import java.util.List;
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
  private List<Entry> batch = new ArrayList<>();
  private long batchBytes;

  PieceCutter(Consumer<Piece> pieces) {
    this.pieces = pieces;
  }

  void add(Entry entry) {
    if (entry.kind() == Entry.Kind.FILE && entry.size() > SMALL) {
      endBatch();
      slice(entry);
      return;
    }
    long bytes = entry.kind() == Entry.Kind.FILE ? entry.size() : 0;
    if (batchBytes + bytes > ChunkFiller.CHUNK || batch.size() == BATCH_ENTRIES) {
      endBatch();
    }
    batch.add(entry);
    batchBytes += bytes;
  }

  private void slice(Entry entry) {
    long from = 0;
    while (entry.size() - from > SLICE) {
      pieces.accept(new Piece.Slice(entry, from, from + SLICE, false));
      from += SLICE;
    }
    pieces.accept(new Piece.Slice(entry, from, entry.size(), true));
  }

  void endBatch() {
    if (!batch.isEmpty()) {
      pieces.accept(new Piece.Batch(batch));
      batch = new ArrayList<>();
      batchBytes = 0;
    }
  }
}
