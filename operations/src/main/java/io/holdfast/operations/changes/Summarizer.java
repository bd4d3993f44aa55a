package io.holdfast.operations.changes;

import io.holdfast.postgres.ChangeListener;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Derives summaries out of WAL that is fed segment after segment. A record counts for the segment
 * that it begins in, so a segment is done when a record that begins after it, or the last one in
 * it, was read to its end. Not thread-safe.
 */
final class Summarizer implements ChangeListener {
  private final WalScanner scanner;
  private final int segmentSize;
  private final Lsn limit;
  private final long maxBytes;
  private final BiConsumer<Long, SegmentSummary> done;
  private long number;
  private ChangeMap changes;
  private long firstRecord;
  private long firstPrevious;
  private long lastRecord;
  private boolean counts;

  /**
   * @param first where the first bytes will come from
   * @param limit records that begin at it or later do not count
   * @param done takes each segment's number and summary, in order
   */
  Summarizer(int majorVersion, WalSegment first, Lsn limit, BiConsumer<Long, SegmentSummary> done) {
    this(majorVersion, first, limit, ChangeMap.MAX_BYTES, done, record -> {});
  }

  /**
   * @param maxBytes of memory that the changes of one segment may need
   * @param records is told of all records too
   */
  Summarizer(
      int majorVersion,
      WalSegment first,
      Lsn limit,
      long maxBytes,
      BiConsumer<Long, SegmentSummary> done,
      Consumer<WalRecord> records) {
    this.segmentSize = first.size();
    this.number = first.number();
    this.limit = limit;
    this.maxBytes = maxBytes;
    this.changes = new ChangeMap(maxBytes);
    this.done = done;
    this.scanner = WalScanner.create(majorVersion, segmentSize, records, this);
  }

  /**
   * Feeds bytes that follow the last ones.
   *
   * @return false once the log ends; {@link #whyEnded} says why
   */
  boolean feed(Lsn at, byte[] bytes, int offset, int length) {
    boolean goesOn = scanner.feed(at, bytes, offset, length);
    Lsn valid = scanner.validUpTo();
    if (valid != null) {
      finishBefore(valid);
    }
    return goesOn;
  }

  @Nullable Lsn validUpTo() {
    return scanner.validUpTo();
  }

  Optional<String> whyEnded() {
    return scanner.endReason();
  }

  /** What counts of the segment under way, if everything before the limit was read. */
  Optional<SegmentSummary> rest() {
    Lsn valid = scanner.validUpTo();
    return valid == null || valid.isBefore(limit) ? Optional.empty() : Optional.of(summary());
  }

  /** The number of the segment under way. */
  long number() {
    return number;
  }

  private void finishBefore(Lsn lsn) {
    while (!lsn.isBefore(end())) {
      done.accept(number, summary());
      number++;
      changes = new ChangeMap(maxBytes);
      firstRecord = 0;
      firstPrevious = 0;
      lastRecord = 0;
    }
  }

  private Lsn end() {
    return new Lsn((number + 1) * segmentSize);
  }

  private SegmentSummary summary() {
    return new SegmentSummary(changes, firstRecord, firstPrevious, lastRecord);
  }

  @Override
  public void record(long start, long previous) {
    Lsn at = new Lsn(start);
    finishBefore(at);
    counts = at.isBefore(limit);
    if (!counts) {
      return;
    }
    if (firstRecord == 0) {
      refuseWhatWasPassedOver(at, previous);
      firstRecord = start;
      firstPrevious = previous;
    }
    lastRecord = start;
  }

  /**
   * How much of a segment's beginning belongs to a record begun earlier is told by the page's
   * header alone, which no checksum guards; the record after it tells, under its own, which one
   * that was.
   */
  private void refuseWhatWasPassedOver(Lsn at, long previous) {
    if (!new Lsn(previous).isBefore(new Lsn(number * segmentSize))) {
      changes.unknown(
          "the WAL record at "
              + at
              + " follows one at "
              + new Lsn(previous)
              + ", which the segment's first page hides");
    }
  }

  @Override
  public void block(int tablespace, int database, int relation, int fork, int block) {
    if (counts) {
      changes.mark(tablespace, database, relation, fork, block);
    }
  }

  @Override
  public void truncated(int tablespace, int database, int relation, int fork, long blocks) {
    if (counts) {
      changes.truncate(tablespace, database, relation, fork, blocks);
    }
  }

  @Override
  public void databaseReset(int tablespace, int database) {
    if (counts) {
      changes.reset(new Directory(tablespace, database));
    }
  }

  @Override
  public void unknown(String why) {
    if (counts) {
      changes.unknown(why);
    }
  }
}
