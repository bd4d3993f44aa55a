package io.holdfast.operations.restore;

import io.holdfast.operations.wal.WalGap;
import io.holdfast.operations.wal.WalRange;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.TimelineHistory.Ancestor;
import io.holdfast.postgres.WalRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** WAL that a test makes up: what lies where on which timeline, and which records are in it. */
final class FabricatedWal implements WalView {
  static final Instant NINE = Instant.parse("2026-11-22T09:00:00Z");

  private final Map<Integer, TimelineHistory> histories = new TreeMap<>();
  private final Map<Integer, List<WalRange>> ranges = new TreeMap<>();
  private final Map<Integer, List<WalRecord>> records = new TreeMap<>();

  /** Archived WAL of a timeline, by positions without the slash. */
  FabricatedWal archived(int timeline, long from, long to) {
    ranges
        .computeIfAbsent(timeline, t -> new ArrayList<>())
        .add(new WalRange(timeline, new Lsn(from), new Lsn(to), false));
    return this;
  }

  /** Ancestors as timeline, end, timeline, end… */
  FabricatedWal history(int timeline, long... ancestors) {
    List<Ancestor> list = new ArrayList<>();
    for (int i = 0; i < ancestors.length; i += 2) {
      list.add(new Ancestor((int) ancestors[i], new Lsn(ancestors[i + 1]), "test"));
    }
    histories.put(timeline, new TimelineHistory(timeline, list));
    return this;
  }

  FabricatedWal commit(int timeline, long at, long xid, int minutesAfterNine) {
    return record(timeline, at, xid, new WalRecord.Commit(minute(minutesAfterNine)));
  }

  FabricatedWal abort(int timeline, long at, long xid, int minutesAfterNine) {
    return record(timeline, at, xid, new WalRecord.Abort(minute(minutesAfterNine)));
  }

  FabricatedWal restorePoint(int timeline, long at, String name, int minutesAfterNine) {
    return record(timeline, at, 0, new WalRecord.RestorePoint(minute(minutesAfterNine), name));
  }

  static Instant minute(int afterNine) {
    return NINE.plusSeconds(60L * afterNine);
  }

  private FabricatedWal record(int timeline, long at, long xid, WalRecord.Meaning meaning) {
    records
        .computeIfAbsent(timeline, t -> new ArrayList<>())
        .add(new WalRecord(new Lsn(at), new Lsn(at + 8), xid, meaning));
    return this;
  }

  @Override
  public List<Integer> timelines() {
    return List.copyOf(ranges.keySet());
  }

  @Override
  public Optional<TimelineHistory> history(int timeline) {
    return Optional.ofNullable(histories.get(timeline));
  }

  @Override
  public Lsn reach(TimelineHistory path, Lsn from) {
    Lsn at = from;
    while (true) {
      Lsn start = at;
      int timeline = path.timelineAt(start);
      Optional<WalRange> range =
          ranges.getOrDefault(timeline, List.of()).stream()
              .filter(r -> r.contains(start))
              .findFirst();
      if (range.isEmpty()) {
        return at;
      }
      Optional<Lsn> end = path.endOf(timeline);
      if (end.isEmpty() || range.get().to().isBefore(end.get())) {
        at = range.get().to();
        if (end.isEmpty()) {
          return at;
        }
      } else {
        at = end.get();
      }
    }
  }

  @Override
  public List<WalGap> missing(TimelineHistory path, Lsn from, Lsn to) {
    Lsn reach = reach(path, from);
    return reach.isBefore(to)
        ? List.of(new WalGap(path.timelineAt(reach), reach, to, "first", "last", 2))
        : List.of();
  }

  @Override
  public Optional<Lsn> end(TimelineHistory path) {
    return ranges.getOrDefault(path.timeline(), List.of()).stream()
        .map(WalRange::to)
        .max(Lsn::compareTo);
  }

  @Override
  public Optional<End> firstEndAfter(
      TimelineHistory path, Lsn from, Lsn to, Instant moment, boolean orAt) {
    return ends(path, from, to).stream()
        .filter(e -> e.time().isAfter(moment) || (orAt && e.time().equals(moment)))
        .findFirst();
  }

  @Override
  public Optional<End> lastEnd(TimelineHistory path, Lsn from, Lsn to) {
    return ends(path, from, to).stream().reduce((a, b) -> b);
  }

  private List<End> ends(TimelineHistory path, Lsn from, Lsn to) {
    List<End> ends = new ArrayList<>();
    scan(
        path,
        from,
        to,
        record -> {
          switch (record.meaning()) {
            case WalRecord.Commit commit -> ends.add(new End(record.start(), commit.time()));
            case WalRecord.Abort abort -> ends.add(new End(record.start(), abort.time()));
            default -> {}
          }
          return true;
        });
    return ends;
  }

  @Override
  public Optional<RecoveryMinimums> minimums(TimelineHistory path, Lsn from, Lsn to) {
    return Optional.empty();
  }

  @Override
  public void scan(TimelineHistory path, Lsn from, Lsn to, Predicate<WalRecord> visitor) {
    List<WalRecord> onPath = new ArrayList<>();
    records.forEach((timeline, list) ->
        list.stream()
            .filter(r -> path.timelineAt(r.start()) == timeline)
            .filter(r -> !r.start().isBefore(from) && r.start().isBefore(to))
            .forEach(onPath::add));
    onPath.sort((a, b) -> a.start().compareTo(b.start()));
    for (WalRecord record : onPath) {
      if (!visitor.test(record)) {
        return;
      }
    }
  }
}
