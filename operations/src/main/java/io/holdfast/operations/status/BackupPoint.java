package io.holdfast.operations.status;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.BackupId;
import java.time.Instant;

/** What of a physical backup matters for windows. */
record BackupPoint(
    BackupId id,
    long systemIdentifier,
    int segmentSize,
    Lsn start,
    int startTimeline,
    Lsn stop,
    int stopTimeline,
    Instant stopped) {
  static BackupPoint of(BackupId id, PhysicalDetails details) {
    PhysicalDetails.Window window = details.window();
    return new BackupPoint(
        id,
        details.server().systemIdentifier(),
        details.server().walSegmentSize(),
        window.start(),
        window.startTimeline(),
        window.stop(),
        window.stopTimeline(),
        window.stopped());
  }

  /** Whether a server on the path has gone through this backup's stop. */
  boolean liesOn(TimelineHistory path) {
    return path.passesThrough(stopTimeline)
        && path.endOf(stopTimeline).map(end -> !stop.isAfter(end)).orElse(true);
  }
}
