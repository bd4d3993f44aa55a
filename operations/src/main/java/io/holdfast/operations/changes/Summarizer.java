package io.holdfast.operations.changes;

import io.holdfast.postgres.ChangeListener;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Derives summaries out of WAL that is fed segment after segment. A record counts for the segment
 * that it begins in, so a segment is done when a record that begins after it, or the last one in
 * it, was read to its end. Not thread-safe.
 */
final class Summarizer implements ChangeListener {
  private final WalScanner scanner;
  private final int segmentSize;
  private final Lsn limit;
  private final BiConsumer<Long, SegmentSummary> done;
  private long number;
  private ChangeMap changes = new ChangeMap();
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
    this.segmentSize = first.size();
    this.number = first.number();
    this.limit = limit;
    this.done = done;
    this.scanner = WalScanner.create(majorVersion, segmentSize, record -> {}, this);
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
      changes = new ChangeMap();
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
      firstRecord = start;
      firstPrevious = previous;
    }
    lastRecord = start;
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
