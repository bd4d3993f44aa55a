package io.holdfast.operations.restore;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way to a target: the backup and the timelines to replay along.
 *
 * @param path ends in the timeline that recovery_target_timeline is to name
 * @param historyKnown false if that timeline's history file is missing, so that only the backup's
 *     own timeline can be followed
 * @param end where replay is expected to end: exact for an LSN, a transaction, a restore point;
 *     else where the archived WAL ends
 * @param last the last transaction before the end, as far as known
 * @param instead what recovery is told in place of what was asked for: a time after which no
 *     transaction is archived cannot be told to it, the place where it is reached can
 * @param notes for people: what was passed over, and why
 */
record Route(
    Candidate backup,
    TimelineHistory path,
    boolean historyKnown,
    Lsn end,
    Optional<WalView.End> last,
    Optional<RecoveryTarget> instead,
    List<String> notes) {
  Route {
    notes = List.copyOf(notes);
  }

  /** When the last transaction before the end ended. */
  Optional<Instant> reached() {
    return last.map(WalView.End::time);
  }

  Route stoppingAt(RecoveryTarget target) {
    return new Route(backup, path, historyKnown, end, last, Optional.of(target), notes);
  }

  long walBytes() {
    return Math.max(0, end.minus(backup.window().start()));
  }

  /** The timelines that are replayed, oldest first. */
  List<Integer> timelines() {
    List<Integer> passed = new ArrayList<>();
    Lsn begin = new Lsn(0);
    for (TimelineHistory.Ancestor ancestor : path.ancestors()) {
      if (ancestor.end().isAfter(backup.window().start()) && begin.isBefore(end)) {
        passed.add(ancestor.timeline());
      }
      begin = ancestor.end();
    }
    if (begin.isBefore(end)) {
      passed.add(path.timeline());
    }
    return passed;
  }

  Route with(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Route(backup, path, historyKnown, end, last, instead, more);
  }
}
