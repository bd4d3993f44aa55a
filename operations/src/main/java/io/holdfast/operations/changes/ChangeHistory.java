package io.holdfast.operations.changes;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import java.util.Optional;

/**
 * What WAL in the archive changed between two moments. Reads the summaries that are there, derives
 * those that are missing and keeps them. Not thread-safe.
 */
public final class ChangeHistory {
  /** A segment begins with a page header: no record lies before its end. */
  private static final int FIRST_RECORD = 40;

  private final SummaryStore store;
  private final WalBytes wal;
  private final int majorVersion;
  private final int segmentSize;

  public ChangeHistory(SummaryStore store, WalBytes wal, int majorVersion, int segmentSize) {
    this.store = store;
    this.wal = wal;
    this.majorVersion = majorVersion;
    this.segmentSize = segmentSize;
  }

  /**
   * Everything that records beginning from {@code from} up to {@code to} changed along the path; as
   * a rule also what records shortly before did, which does no harm. If the log has a hole or ends
   * too early the map says that it does not know.
   *
   * @param to where a record begins
   */
  public ChangeMap between(TimelineHistory path, Lsn from, Lsn to) {
    return new Gathering(path, to).from(WalSegment.holding(1, from, segmentSize).number());
  }

  private final class Gathering {
    private final TimelineHistory path;
    private final Lsn to;
    private final ChangeMap all = new ChangeMap();
    private long lastRecord;

    Gathering(TimelineHistory path, Lsn to) {
      this.path = path;
      this.to = to;
    }

    ChangeMap from(long first) {
      long number = first;
      while (isNeeded(number) && all.unknown().isEmpty()) {
        Optional<SegmentSummary> kept = kept(number);
        if (kept.isPresent()) {
          add(kept.get());
          number++;
        } else {
          number = derive(number);
        }
      }
      return all;
    }

    private boolean isNeeded(long number) {
      return segment(number).start().plus(FIRST_RECORD).isBefore(to);
    }

    /** The path's own file for that part of the log. */
    private WalSegment segment(long number) {
      WalSegment any = new WalSegment(1, number, segmentSize);
      return any.onTimeline(path.timelineAt(any.end().plus(-1)));
    }

    private Optional<SegmentSummary> kept(long number) {
      WalSegment segment = segment(number);
      return segment.end().isAfter(to) ? Optional.empty() : store.find(segment);
    }

    /** From that segment on, up to one that is known; returns its number. */
    private long derive(long first) {
      Summarizer summarizer =
          new Summarizer(
              majorVersion,
              segment(first),
              to,
              (number, summary) -> {
                if (!segment(number).end().isAfter(to)) {
                  store.keep(segment(number), summary);
                }
                add(summary);
              });
      long next = first;
      boolean goesOn = true;
      while (goesOn && isNeeded(next) && (next == first || needsMore(summarizer, first))) {
        goesOn = feed(summarizer, segment(next));
        next++;
      }
      if (!needsMore(summarizer, first) || !isNeeded(summarizer.number())) {
        return summarizer.number();
      }
      summarizer
          .rest()
          .ifPresentOrElse(
              this::add,
              () ->
                  all.unknown(
                      "the WAL ends before "
                          + to
                          + summarizer.whyEnded().map(why -> ": " + why).orElse("")));
      return next;
    }

    /** Whether the next summary that is wanted is not there yet. */
    private boolean needsMore(Summarizer summarizer, long first) {
      return summarizer.number() == first || kept(summarizer.number()).isEmpty();
    }

    private boolean feed(Summarizer to, WalSegment segment) {
      FeedingStream stream = new FeedingStream(to, segment.start());
      if (!wal.read(segment, stream)) {
        all.unknown("WAL segment " + segment.name() + " is not there");
        return false;
      }
      return stream.goesOn();
    }

    private void add(SegmentSummary summary) {
      if (!summary.isEmpty()) {
        if (lastRecord != 0 && summary.firstPrevious() != lastRecord) {
          all.unknown(
              "the WAL record at "
                  + new Lsn(summary.firstRecord())
                  + " follows one at "
                  + new Lsn(summary.firstPrevious())
                  + ", and not the one before it at "
                  + new Lsn(lastRecord));
        }
        lastRecord = summary.lastRecord();
      }
      all.append(summary.changes());
    }
  }
}
