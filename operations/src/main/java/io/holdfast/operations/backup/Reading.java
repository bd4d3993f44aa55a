package io.holdfast.operations.backup;

import io.holdfast.operations.changes.FileChanges;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader.ByteRange;
import io.holdfast.postgres.PageChecksum;
import java.util.ArrayList;
import java.util.List;

/** How far files are read, and what a piece of work will read of them. */
final class Reading {
  private static final int PAGE = PageChecksum.PAGE;

  private Reading() {}

  /**
   * Relation files up to the length they had when they were listed; others to their end, wherever
   * that is now.
   */
  static long end(Entry entry) {
    return entry.relation().isPresent() ? entry.size() : Long.MAX_VALUE;
  }

  /** A relation file without a byte: there is nothing to open. */
  static boolean isEmpty(Entry entry) {
    return entry.relation().isPresent() && entry.size() == 0;
  }

  static List<ByteRange> of(Piece piece) {
    List<ByteRange> ranges = new ArrayList<>();
    switch (piece) {
      case Piece.Slice slice -> add(slice.planned(), slice.from(), slice.end(), ranges);
      case Piece.Batch batch -> {
        for (Planned planned : batch.entries()) {
          Entry entry = planned.entry();
          if (entry.kind() == Entry.Kind.FILE && !isEmpty(entry)) {
            add(planned, 0, end(entry), ranges);
          }
        }
      }
    }
    return ranges;
  }

  private static void add(Planned planned, long from, long to, List<ByteRange> ranges) {
    planned
        .parent()
        .flatMap(Inherited::changes)
        .ifPresentOrElse(
            changes -> addChanged(planned.entry(), changes, from, to, ranges),
            () -> ranges.add(new ByteRange(planned.entry(), from, to)));
  }

  private static void addChanged(
      Entry entry, FileChanges changes, long from, long to, List<ByteRange> ranges) {
    long end = to / PAGE;
    long block = changes.nextChanged(from / PAGE, end);
    while (block < end) {
      long until = changes.nextUnchanged(block, end);
      ranges.add(new ByteRange(entry, block * PAGE, until * PAGE));
      block = changes.nextChanged(until, end);
    }
  }
}
