package io.holdfast.operations.restore;

import io.holdfast.postgres.WalRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A target that only a look into the WAL can place: a transaction or a restore point. */
record Search(String what, boolean inclusive, Predicate<WalRecord> matcher) {
  static Search of(RecoveryTarget.Transaction target) {
    long xid = target.xid() & 0xFFFFFFFFL;
    return new Search(
        "transaction " + Long.toUnsignedString(target.xid()),
        target.inclusive(),
        record ->
            record.xid() == xid
                && (record.meaning() instanceof WalRecord.Commit
                    || record.meaning() instanceof WalRecord.Abort));
  }

  static Search of(RecoveryTarget.Named target) {
    return new Search(
        "restore point '" + target.name() + "'",
        true,
        record ->
            record.meaning() instanceof WalRecord.RestorePoint point
                && point.name().equals(target.name()));
  }

  boolean matches(WalRecord record) {
    return matcher.test(record);
  }

  Route ending(Route route, WalRecord at) {
    Route ended =
        new Route(
            route.backup(),
            route.path(),
            route.historyKnown(),
            inclusive ? at.end() : at.start(),
            Optional.of(new WalView.End(at.start(), time(at))),
            route.instead(),
            route.notes());
    return at.meaning() instanceof WalRecord.Abort ? ended.with(what + " was rolled back") : ended;
  }

  String ambiguous(List<WalRecord> found) {
    return what
        + " is there more than once: "
        + String.join(
            ", ", found.stream().map(r -> "at " + r.start() + " (" + time(r) + ")").toList())
        + "; name the one you mean by its LSN";
  }

  String elsewhere(WalRecord record, int timeline) {
    return what
        + " is also on timeline "
        + timeline
        + ", at "
        + record.start()
        + " ("
        + time(record)
        + "): --timeline "
        + timeline;
  }

  private static Instant time(WalRecord record) {
    return switch (record.meaning()) {
      case WalRecord.Commit commit -> commit.time();
      case WalRecord.Abort abort -> abort.time();
      case WalRecord.RestorePoint point -> point.time();
      default -> throw new IllegalStateException("has no time: " + record);
    };
  }

  @Override
  public String toString() {
    return what;
  }
}
