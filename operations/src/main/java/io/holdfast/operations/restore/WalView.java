package io.holdfast.operations.restore;

import io.holdfast.operations.wal.WalGap;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What choosing a backup and a timeline asks of the archived WAL of one server. An "end" is the end
 * of a transaction: its commit or abort record, which alone carry the times that recovery compares.
 */
interface WalView {
  /** Ascending. */
  List<Integer> timelines();

  Optional<TimelineHistory> history(int timeline);

  /** How far WAL goes without a hole; {@code from} itself if it is not there. */
  Lsn reach(TimelineHistory path, Lsn from);

  /** What is missing, ascending; empty if nothing is. */
  List<WalGap> missing(TimelineHistory path, Lsn from, Lsn to);

  /** Where archived WAL on the path ends, whatever is missing before; empty if there is none. */
  Optional<Lsn> end(TimelineHistory path);

  /** The first end in the range whose time is later than the moment, or, if {@code orAt}, equal. */
  Optional<End> firstEndAfter(TimelineHistory path, Lsn from, Lsn to, Instant moment, boolean orAt);

  /** The last end in the range. */
  Optional<End> lastEnd(TimelineHistory path, Lsn from, Lsn to);

  /** What the settings of a copy must not fall below where they change in the range. */
  Optional<RecoveryMinimums> minimums(TimelineHistory path, Lsn from, Lsn to);

  /**
   * Hands over the records that start in the range, in order, until the visitor says false or valid
   * WAL ends.
   */
  void scan(TimelineHistory path, Lsn from, Lsn to, Predicate<WalRecord> visitor);

  /**
   * @param lsn where its record starts
   */
  record End(Lsn lsn, Instant time) {}
}
