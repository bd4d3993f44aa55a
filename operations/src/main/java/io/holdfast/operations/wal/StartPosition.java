package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import java.util.List;
import java.util.Optional;

/** Where to stream from: a segment's start, and the timeline to read it on. */
record StartPosition(int timeline, Lsn lsn) {
  /**
   * Continues where the archive ends; where it does not reach back to what the slot keeps, tries to
   * close the gap first, for the server may still have that WAL. What a backup stored on its own
   * further on is received again, which changes nothing: a hole before it would stay for ever.
   *
   * @param coverage what the archive has along the server's path
   * @param restart where the slot keeps WAL from
   */
  static StartPosition choose(
      List<WalRange> coverage, TimelineHistory path, Lsn restart, int segmentSize) {
    List<WalRange> before = before(coverage, restart);
    Lsn end = before.isEmpty() ? restart : before.getLast().to();
    return at(path.timelineAt(end), end, segmentSize);
  }

  /**
   * The newest hole before what the slot keeps, if there is one. The slot does not keep that WAL,
   * but the server may still have it.
   */
  static Optional<StartPosition> hole(
      List<WalRange> coverage, TimelineHistory path, Lsn restart, int segmentSize) {
    List<WalRange> before = before(coverage, restart);
    if (before.size() < 2) {
      return Optional.empty();
    }
    Lsn end = before.get(before.size() - 2).to();
    return Optional.of(at(path.timelineAt(end), end, segmentSize));
  }

  private static List<WalRange> before(List<WalRange> coverage, Lsn restart) {
    return coverage.stream().filter(range -> !range.from().isAfter(restart)).toList();
  }

  static StartPosition at(int timeline, Lsn lsn, int segmentSize) {
    return new StartPosition(timeline, floor(lsn, segmentSize));
  }

  /**
   * One segment earlier, if the slot keeps that: it is compared with what the archive has, so that
   * the WAL of a server whose disk was set back is not joined to that of the life that was undone.
   * (In such a server the slot was set back too.) Where a segment is under way its beginning is
   * compared, and the slot keeps nothing before it.
   */
  StartPosition overlapping(TimelineHistory path, Lsn restart, int segmentSize) {
    if (!restart.isBefore(lsn)) {
      return this;
    }
    Lsn before = lsn.plus(-1);
    return at(path.timelineAt(before), before, segmentSize);
  }

  /** Whether a server on that path can be asked for it. */
  boolean liesOn(TimelineHistory path) {
    return path.passesThrough(timeline) && path.endOf(timeline).map(lsn::isBefore).orElse(true);
  }

  private static Lsn floor(Lsn lsn, int segmentSize) {
    return WalSegment.holding(1, lsn, segmentSize).start();
  }
}
