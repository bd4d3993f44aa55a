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

  /**
   * @param hashed whether hashes are asked for before what has to be compared is read
   */
  static List<ByteRange> of(Piece piece, boolean hashed) {
    List<ByteRange> ranges = new ArrayList<>();
    switch (piece) {
      case Piece.Slice slice -> {
        if (!(hashed && isCompared(slice.planned()))) {
          add(slice.planned(), slice.from(), slice.end(), ranges);
        }
      }
      case Piece.Batch batch -> {
        for (Planned planned : batch.entries()) {
          Entry entry = planned.entry();
          boolean later = hashed && isCompared(planned) && entry.size() >= ComparedCopy.UNIT;
          if (entry.kind() == Entry.Kind.FILE && !isEmpty(entry) && !later) {
            add(planned, 0, end(entry), ranges);
          }
        }
      }
    }
    return ranges;
  }

  private static boolean isCompared(Planned planned) {
    return planned.parent().isPresent() && planned.parent().get().changes().isEmpty();
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
