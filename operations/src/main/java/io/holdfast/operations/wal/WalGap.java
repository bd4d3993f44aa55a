package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;

/**
 * WAL that is missing between WAL that is there.
 *
 * @param firstSegment file name of the first segment that is not (wholly) there
 * @param lastSegment of the last one
 */
public record WalGap(
    int timeline, Lsn from, Lsn to, String firstSegment, String lastSegment, long segments) {
  @Override
  public String toString() {
    return segments == 1
        ? "segment " + firstSegment + " (" + from + " to " + to + ")"
        : segments
            + " segments "
            + firstSegment
            + " to "
            + lastSegment
            + " ("
            + from
            + " to "
            + to
            + ")";
  }
}
