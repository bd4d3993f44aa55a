package io.holdfast.operations.proof;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.operations.wal.PartsChangedException;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.operations.wal.WalRange;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalPageHeader;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.RepositoryDamagedException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the WAL after a backup leads on, over promotions, as far as WAL is archived. Recovery
 * that cannot go on stops where it can, on an older timeline or before a hole, and says nothing.
 */
final class LaterWal {
  private static final int XLOG_RESOURCE_MANAGER = 0;

  private final PhysicalDetails details;
  private final WalArchive archive;
  private final Window window;
  private final Ledger ledger;

  LaterWal(ClusterArchive cluster, PhysicalDetails details, Ledger ledger) {
    this.details = details;
    this.window = details.window();
    this.archive =
        WalArchive.of(
            cluster, details.server().systemIdentifier(), details.server().walSegmentSize());
    this.ledger = ledger;
  }

  /**
   * Looks at the history of each timeline that is newer than the backup.
   *
   * @return whether all are good; else what is missing on the way is not known
   */
  boolean checkHistories() {
    List<String> bad = new ArrayList<>();
    for (int timeline : newer()) {
      String name = TimelineHistory.fileName(timeline);
      why(timeline)
          .ifPresent(why -> {
            bad.add(name);
            ledger.finding(FindingCode.HISTORY_DAMAGED, name, why);
          });
    }
    return bad.isEmpty();
  }

  private Optional<String> why(int timeline) {
    try {
      Optional<TimelineHistory> history = archive.history(timeline);
      return history.isPresent()
          ? wrong(history.get())
          : Optional.of(
              "there is no such file, and there is WAL of timeline "
                  + Integer.toUnsignedString(timeline));
    } catch (RepositoryDamagedException | PostgresException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * What is missing on the way to the end of the newest timeline that comes from the backup. WAL
   * may be on its way into the archive, its later part first: only what stays missing is.
   */
  Set<WalGap> gaps() {
    for (int timeline : newer()) {
      Optional<TimelineHistory> path = readable(timeline);
      if (path.isPresent()
          && path.get().timelineAt(window.start()) == window.startTimeline()
          && path.get().timelineAt(window.stop().plus(-1)) == window.stopTimeline()) {
        return gaps(path.get());
      }
    }
    return readable(window.stopTimeline()).map(this::gaps).orElse(Set.of());
  }

  private Set<WalGap> gaps(TimelineHistory path) {
    List<WalRange> coverage = archive.coverage(path);
    return coverage.isEmpty()
        ? Set.of()
        : new LinkedHashSet<>(archive.missing(path, window.stop(), coverage.getLast().to()));
  }

  /**
   * Writes down a gap. One right behind the backup's own WAL, which may go a little into the next
   * segment, may be that of a server whose WAL nobody archives, and what is beyond it that of
   * another backup, under way or broken off.
   */
  void write(WalGap gap) {
    WalSegment own = WalSegment.holding(1, window.stop().plus(-1), archive.segmentSize());
    ledger.finding(
        gap.from().isBefore(own.next().end()) ? FindingCode.WAL_GAP : FindingCode.WAL_MISSING,
        "WAL after the backup",
        "missing " + gap + ", over which recovery to the latest moment does not get");
  }

  /** Newest first. */
  private List<Integer> newer() {
    return archive.timelines().stream()
        .filter(timeline -> Integer.compareUnsigned(timeline, window.stopTimeline()) > 0)
        .sorted((a, b) -> Integer.compareUnsigned(b, a))
        .toList();
  }

  private Optional<TimelineHistory> readable(int timeline) {
    try {
      return archive.history(timeline);
    } catch (RepositoryDamagedException | PostgresException e) {
      return Optional.empty();
    }
  }

  /**
   * Compares a history with the WAL that the timeline begins with, where that is archived. Its
   * first segment is a copy of its parent's last one, up to where it branches off.
   */
  private Optional<String> wrong(TimelineHistory history) {
    int timeline = history.timeline();
    List<WalRange> ranges = archive.ranges(timeline);
    if (ranges.isEmpty()) {
      return Optional.empty();
    }
    WalSegment first =
        WalSegment.holding(timeline, ranges.getFirst().from(), archive.segmentSize());
    Optional<Branch> branch = branch(first);
    if (branch.isEmpty()) {
      return Optional.empty();
    }
    if (history.ancestors().isEmpty()) {
      return Optional.of("it names no timeline that this one comes from");
    }
    TimelineHistory.Ancestor parent = history.ancestors().getLast();
    return branch.get().isAt(parent.end(), first.start())
        ? Optional.empty()
        : Optional.of(
            "it says that the timeline begins at "
                + parent.end()
                + ", and its WAL says that recovery ended at "
                + branch.get().at());
  }

  /**
   * @param at where the record is by which a promoted server begins
   * @param lastOfParent where the last record before it is that can only be of the parent
   */
  private record Branch(Lsn at, Lsn lastOfParent) {
    /** Between them lie none or very few records, of changed settings. */
    boolean isAt(Lsn named, Lsn segment) {
      return named.isAfter(lastOfParent) && !named.isAfter(at) && !named.isBefore(segment);
    }
  }

  /**
   * Empty where WAL from later on is the first that is archived: its pages are all its own, and a
   * checkpoint in it tells of a restart and of no promotion.
   */
  private Optional<Branch> branch(WalSegment first) {
    List<Branch> found = new ArrayList<>();
    Lsn[] parent = {new Lsn(0)};
    WalScanner scanner =
        WalScanner.create(
            details.server().major(),
            archive.segmentSize(),
            record -> {
              if (found.isEmpty() && begins(record, first.timeline())) {
                found.add(new Branch(record.start(), parent[0]));
              } else if (!ofServer(record)) {
                parent[0] = record.start();
              }
            });
    Feed feed = new Feed(scanner, first.start());
    try {
      archive.fetch(first.name(), feed);
    } catch (PartsChangedException e) {
      return Optional.empty(); // a receiver is at work on it; the next proof looks again
    }
    return feed.begunBy(first.timeline()) ? Optional.empty() : found.stream().findFirst();
  }

  /** CreateEndOfRecoveryRecord, or a checkpoint in its place, xlog.c. */
  private static boolean begins(WalRecord record, int timeline) {
    return switch (record.meaning()) {
      case WalRecord.EndOfRecovery end -> end.timeline() == timeline;
      case WalRecord.Checkpoint checkpoint ->
          checkpoint.shutdown() && checkpoint.timeline() == timeline;
      default -> false;
    };
  }

  /** What may come before: XLOG_OVERWRITE_CONTRECORD and XLOG_FPW_CHANGE (StartupXLOG, xlog.c). */
  private static boolean ofServer(WalRecord record) {
    return record.meaning() instanceof WalRecord.Other other
        && other.resourceManager() == XLOG_RESOURCE_MANAGER;
  }

  private static final class Feed extends OutputStream {
    private final WalScanner scanner;
    private final byte[] head = new byte[WalPageHeader.SIZE];
    private int headed;
    private Lsn at;

    Feed(WalScanner scanner, Lsn at) {
      this.scanner = scanner;
      this.at = at;
    }

    boolean begunBy(int timeline) {
      return headed == head.length
          && WalPageHeader.parse(head, 0).filter(h -> h.timeline() == timeline).isPresent();
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      int missing = Math.min(length, head.length - headed);
      System.arraycopy(bytes, offset, head, headed, missing);
      headed += missing;
      var _ = scanner.feed(at, bytes, offset, length);
      at = at.plus(length);
    }
  }
}
