package io.holdfast.operations.changes;

import io.holdfast.postgres.WalSegment;
import java.util.Optional;

/** A change map without WAL. */
public final class FabricatedChanges {
  private final ChangeMap map = new ChangeMap();

  public ChangeMap map() {
    return map;
  }

  public void mark(int relation, int block) {
    map.mark(1663, 5, relation, 0, block);
  }

  public void truncate(int relation, long blocks) {
    map.truncate(1663, 5, relation, 0, blocks);
  }

  public void reset() {
    map.reset(new Directory(1663, 5));
  }

  /**
   * Makes the summary of a segment say that nothing was changed in it.
   *
   * @return false if there is none
   */
  public static boolean silence(SummaryStore store, WalSegment segment) {
    Optional<SegmentSummary> right = store.find(segment);
    right.ifPresent(summary ->
        store.keep(
            segment,
            new SegmentSummary(
                new ChangeMap(),
                summary.firstRecord(),
                summary.firstPrevious(),
                summary.lastRecord())));
    return right.isPresent();
  }
}
