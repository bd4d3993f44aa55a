package io.holdfast.operations.backup;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.repository.Extent;
import java.util.List;

/** A run of the walk that one worker copies at a time. */
sealed interface Piece {
  /** Entries that follow each other, whose files are small enough to share a chunk. */
  record Batch(List<Planned> entries) implements Piece {}

  /**
   * A part of one file.
   *
   * @param planned with what the parent has of this part
   * @param last whether the file's next part does not exist; if the file is no relation, this part
   *     then goes on to its end wherever that is now
   */
  record Slice(Planned planned, long from, long to, boolean last) implements Piece {
    /** Where to stop reading. */
    long end() {
      return last ? Math.max(to, Reading.end(planned.entry())) : to;
    }
  }

  /**
   * What became of an entry, or of the part of it that was asked for.
   *
   * @param complete false if the file ended before the part did
   */
  record Copy(Entry entry, List<Extent> extents, long length, boolean complete, boolean vanished) {
    static Copy nothingToRead(Entry entry) {
      return new Copy(entry, List.of(), 0, true, false);
    }

    static Copy vanished(Entry entry) {
      return new Copy(entry, List.of(), 0, false, true);
    }
  }
}
