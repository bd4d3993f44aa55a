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
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
    for (WalSegment s = holding(path, from); s.start().isBefore(to); s = next(path, s)) {
      Optional<WalFacts> facts = facts(s);
      if (facts.isEmpty()
          || facts.get().lastCommit().filter(last -> passes(last, moment, orAt)).isPresent()) {
        Optional<End> found =
            firstIn(path, later(from, s.start()), earlier(to, s.end()), moment, orAt);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
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
    WalSegment s = holding(path, to.plus(-1));
    while (true) {
      Optional<WalFacts> facts = facts(s);
      if (facts.isEmpty() || facts.get().lastCommit().isPresent()) {
        End[] last = new End[1];
        scan(
            path,
            later(from, s.start()),
            earlier(to, s.end()),
            record -> {
              endTime(record).ifPresent(time -> last[0] = new End(record.start(), time));
              return true;
            });
        if (last[0] != null) {
          return Optional.of(last[0]);
        }
      }
      if (!from.isBefore(s.start())) {
        return Optional.empty();
      }
      s = holding(path, s.start().plus(-1));
    }
  }

  @Override
  public Optional<RecoveryMinimums> minimums(TimelineHistory path, Lsn from, Lsn to) {
    Optional<RecoveryMinimums> all = Optional.empty();
    for (WalSegment s = holding(path, from); s.start().isBefore(to); s = next(path, s)) {
      all =
          Stream.concat(all.stream(), facts(s).flatMap(WalFacts::minimums).stream())
              .reduce(RecoveryMinimums::and);
    }
    return all;
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
