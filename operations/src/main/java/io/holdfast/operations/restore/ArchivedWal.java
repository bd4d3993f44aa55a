package io.holdfast.operations.restore;

import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalFacts;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.operations.wal.WalInventory;
import io.holdfast.operations.wal.WalRange;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The WAL archive as {@link WalView}: heads of segments where they tell enough, else records. */
final class ArchivedWal implements WalView {
  private static final int ATTEMPTS = 5;

  private final WalArchive archive;
  private final WalInventory inventory;
  private final int major;

  ArchivedWal(WalArchive archive, int major) {
    this.archive = archive;
    this.inventory = archive.inventory();
    this.major = major;
  }

  /** Whether nothing of that server is there but history files. */
  boolean isEmpty() {
    return inventory.ranges().values().stream().allMatch(List::isEmpty);
  }

  @Override
  public List<Integer> timelines() {
    return List.copyOf(inventory.ranges().keySet());
  }

  @Override
  public Optional<TimelineHistory> history(int timeline) {
    return Optional.ofNullable(inventory.histories().get(timeline));
  }

  @Override
  public Lsn reach(TimelineHistory path, Lsn from) {
    return inventory.reach(path, from);
  }

  @Override
  public List<WalGap> missing(TimelineHistory path, Lsn from, Lsn to) {
    return inventory.missing(path, from, to);
  }

  @Override
  public Optional<Lsn> end(TimelineHistory path) {
    List<WalRange> ranges = inventory.coverage(path);
    return ranges.isEmpty() ? Optional.empty() : Optional.of(ranges.getLast().to());
  }

  @Override
  public Optional<End> firstEndAfter(
      TimelineHistory path, Lsn from, Lsn to, Instant moment, boolean orAt) {
    WalSegment next = holding(path, from);
    while (next.start().isBefore(to)) {
      List<WalSegment> some = segments(path, next, to, Together.MOST);
      List<Optional<WalFacts>> facts = Together.ask(some, this::facts);
      for (int i = 0; i < some.size(); i++) {
        WalSegment s = some.get(i);
        if (mayPass(facts.get(i), moment, orAt)) {
          Optional<End> found =
              firstIn(path, later(from, s.start()), earlier(to, s.end()), moment, orAt);
          if (found.isPresent()) {
            return found;
          }
        }
      }
      next = next(path, some.getLast());
    }
    return Optional.empty();
  }

  private static boolean mayPass(Optional<WalFacts> facts, Instant moment, boolean orAt) {
    return facts.isEmpty()
        || facts.get().lastCommit().filter(last -> passes(last, moment, orAt)).isPresent();
  }

  /** So many at most, of those that begin before a position. */
  private List<WalSegment> segments(TimelineHistory path, WalSegment from, Lsn to, int most) {
    List<WalSegment> segments = new ArrayList<>();
    for (WalSegment s = from; s.start().isBefore(to) && segments.size() < most; s = next(path, s)) {
      segments.add(s);
    }
    return segments;
  }

  private Optional<End> firstIn(
      TimelineHistory path, Lsn from, Lsn to, Instant moment, boolean orAt) {
    End[] found = new End[1];
    scan(
        path,
        from,
        to,
        record -> {
          Optional<Instant> time = endTime(record);
          if (time.filter(t -> passes(t, moment, orAt)).isPresent()) {
            found[0] = new End(record.start(), time.get());
          }
          return found[0] == null;
        });
    return Optional.ofNullable(found[0]);
  }

  private static boolean passes(Instant time, Instant moment, boolean orAt) {
    return time.isAfter(moment) || (orAt && time.equals(moment));
  }

  @Override
  public Optional<End> lastEnd(TimelineHistory path, Lsn from, Lsn to) {
    if (!from.isBefore(to)) {
      return Optional.empty();
    }
    WalSegment last = holding(path, to.plus(-1));
    // Mostly the last one has one; of a server that idles, many may have none.
    for (int most = 1; ; most = Together.MOST) {
      List<WalSegment> some = backwards(path, last, from, most);
      List<Optional<WalFacts>> facts = Together.ask(some, this::facts);
      for (int i = 0; i < some.size(); i++) {
        if (facts.get(i).isEmpty() || facts.get(i).get().lastCommit().isPresent()) {
          Optional<End> end = lastEndIn(path, some.get(i), from, to);
          if (end.isPresent()) {
            return end;
          }
        }
      }
      WalSegment first = some.getLast();
      if (!from.isBefore(first.start())) {
        return Optional.empty();
      }
      last = holding(path, first.start().plus(-1));
    }
  }

  /** So many at most, down to the one that holds a position. */
  private List<WalSegment> backwards(TimelineHistory path, WalSegment last, Lsn from, int most) {
    List<WalSegment> segments = new ArrayList<>(List.of(last));
    while (segments.size() < most && from.isBefore(segments.getLast().start())) {
      segments.add(holding(path, segments.getLast().start().plus(-1)));
    }
    return segments;
  }

  private Optional<End> lastEndIn(TimelineHistory path, WalSegment s, Lsn from, Lsn to) {
    End[] last = new End[1];
    scan(
        path,
        later(from, s.start()),
        earlier(to, s.end()),
        record -> {
          endTime(record).ifPresent(time -> last[0] = new End(record.start(), time));
          return true;
        });
    return Optional.ofNullable(last[0]);
  }

  @Override
  public Optional<RecoveryMinimums> minimums(TimelineHistory path, Lsn from, Lsn to) {
    List<WalSegment> segments = segments(path, holding(path, from), to, Integer.MAX_VALUE);
    return Together.ask(segments, s -> facts(s).flatMap(WalFacts::minimums)).stream()
        .flatMap(Optional::stream)
        .reduce(RecoveryMinimums::and);
  }

  @Override
  public void scan(TimelineHistory path, Lsn from, Lsn to, Predicate<WalRecord> visitor) {
    boolean[] going = {true};
    WalScanner scanner =
        WalScanner.create(
            major,
            archive.segmentSize(),
            record -> {
              if (going[0] && !record.start().isBefore(from)) {
                going[0] = record.start().isBefore(to) && visitor.test(record);
              }
            });
    WalSegment segment = holding(path, from);
    for (boolean beyond = false; going[0] && !beyond; segment = next(path, segment)) {
      // The segment after the range too: a record that starts in the range may end there.
      beyond = !segment.start().isBefore(to);
      Feed feed = new Feed(scanner, segment.start());
      if (!fetch(segment, feed) || !feed.valid) {
        return;
      }
    }
  }

  /**
   * A segment that is being received may go over from parts to a whole while it is read; what was
   * read of it stays true, so reading goes on where it broke off.
   */
  private boolean fetch(WalSegment segment, Feed feed) {
    for (int attempt = 1; ; attempt++) {
      try {
        feed.again();
        return archive.fetch(segment.name(), feed).isPresent();
      } catch (RepositoryDamagedException e) {
        throw e;
      } catch (HoldfastException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Hands bytes on to the scanner as they come. */
  private static final class Feed extends OutputStream {
    private final WalScanner scanner;
    private Lsn at;
    private long fed;
    private long skip;
    private boolean valid = true;

    Feed(WalScanner scanner, Lsn at) {
      this.scanner = scanner;
      this.at = at;
    }

    /** The same bytes come once more from the beginning. */
    void again() {
      skip = fed;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      int known = (int) Math.min(skip, length);
      skip -= known;
      int fresh = length - known;
      if (fresh > 0) {
        valid = valid && scanner.feed(at, bytes, offset + known, fresh);
        at = at.plus(fresh);
        fed += fresh;
      }
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }
  }

  private static Optional<Instant> endTime(WalRecord record) {
    return switch (record.meaning()) {
      case WalRecord.Commit commit -> Optional.of(commit.time());
      case WalRecord.Abort abort -> Optional.of(abort.time());
      default -> Optional.empty();
    };
  }

  private Optional<WalFacts> facts(WalSegment segment) {
    return archive.facts(segment);
  }

  private WalSegment next(TimelineHistory path, WalSegment s) {
    return holding(path, s.end());
  }

  /**
   * The file that recovery would read for that position: of the newest timeline on the path that
   * has begun by the end of the segment and has the file (XLogFileReadAnyTLI, xlogrecovery.c).
   */
  private WalSegment holding(TimelineHistory path, Lsn lsn) {
    WalSegment oldest = WalSegment.holding(path.timelineAt(lsn), lsn, archive.segmentSize());
    int newest = path.timelineAt(oldest.end().plus(-1));
    WalSegment preferred = oldest.onTimeline(newest);
    return newest == oldest.timeline() || archive.has(preferred.name()) ? preferred : oldest;
  }

  private static Lsn later(Lsn a, Lsn b) {
    return a.isAfter(b) ? a : b;
  }

  private static Lsn earlier(Lsn a, Lsn b) {
    return a.isBefore(b) ? a : b;
  }
}
