package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins the segments and parts of one timeline, as listed in name order, into ranges: memory grows
 * with the number of holes, not with that of segments.
 */
final class RangeBuilder {
  private final int timeline;
  private final List<WalRange> ranges = new ArrayList<>();
  private @Nullable WalSegment whole;
  private @Nullable WalSegment partial;
  private PartCover cover = new PartCover();

  RangeBuilder(int timeline) {
    this.timeline = timeline;
  }

  void add(WalItem item) {
    switch (item) {
      case WalItem.Segment s -> {
        finishParts();
        whole = s.segment();
        extend(s.segment().start(), s.segment().end(), false);
      }
      case WalItem.Part p -> {
        if (p.segment().equals(whole)) {
          return;
        }
        if (!p.segment().equals(partial)) {
          finishParts();
          partial = p.segment();
        }
        cover.add(p);
      }
      case WalItem.History h -> {}
      case WalItem.Other o -> {}
    }
  }

  List<WalRange> finish() {
    finishParts();
    return List.copyOf(ranges);
  }

  private void finishParts() {
    if (partial != null && cover.reached() > 0) {
      extend(partial.start(), partial.start().plus(cover.reached()), true);
    }
    partial = null;
    cover = new PartCover();
  }

  private void extend(Lsn from, Lsn to, boolean partialTail) {
    if (!ranges.isEmpty() && ranges.getLast().to().equals(from)) {
      from = ranges.removeLast().from();
    }
    ranges.add(new WalRange(timeline, from, to, partialTail));
  }
}
