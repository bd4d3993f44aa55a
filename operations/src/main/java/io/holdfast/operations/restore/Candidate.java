package io.holdfast.operations.restore;

import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.BackupId;

/** A physical backup as far as choosing one needs it. */
record Candidate(BackupId id, long systemIdentifier, int major, int walSegmentSize, Window window) {
  /** Whether replay from this backup stays on that path through its end. */
  boolean liesOn(TimelineHistory path) {
    return path.timelineAt(window.start()) == window.startTimeline()
        && path.timelineAt(window.stop().plus(-1)) == window.stopTimeline();
  }
}
