package io.holdfast.operations.retention;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.postgres.Lsn;

/**
 * The WAL that a physical backup is recovered with: from its start on.
 *
 * @param timeline the newer one of those on which it began and ended
 */
record WalNeed(long systemIdentifier, int segmentSize, Lsn start, int timeline) {
  static WalNeed of(PhysicalDetails backup) {
    Window window = backup.window();
    return new WalNeed(
        backup.server().systemIdentifier(),
        backup.server().walSegmentSize(),
        window.start(),
        Integer.compareUnsigned(window.startTimeline(), window.stopTimeline()) > 0
            ? window.startTimeline()
            : window.stopTimeline());
  }
}
