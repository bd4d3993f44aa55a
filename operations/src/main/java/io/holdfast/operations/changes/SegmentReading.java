package io.holdfast.operations.changes;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one segment for whoever archives it, and finds on the way what it changed. Its last record
 * may end in the segment that follows: the answer is there once {@link #completeWith} has seen that
 * one's reading. Feed it its segment from the beginning, and nothing else. Not thread-safe.
 */
public final class SegmentReading implements WalScanner {
  /**
   * How much is kept of a segment's beginning, so that the one before it can be completed: a record
   * with images of as many pages as one can have. Where a longer one crosses, no answer is found.
   */
  private static final int HEAD = 320 << 10;

  private static final int PIECE = 16 << 10;

  private final WalSegment segment;
  private final Summarizer summarizer;
  private final byte[] head;
  private int headFilled;
  private Lsn fed;
  private boolean goesOn = true;
  private boolean taken;
  private @Nullable SegmentSummary summary;

  /**
   * @param records is told of all records that begin and end in the segment
   * @throws io.holdfast.postgres.PostgresException if the version is not known
   */
  public SegmentReading(int majorVersion, WalSegment segment, Consumer<WalRecord> records) {
    this.segment = segment;
    this.fed = segment.start();
    this.head = new byte[Math.min(HEAD, segment.size())];
    this.summarizer =
        new Summarizer(
            majorVersion,
            segment,
            segment.end(),
            ChangeMap.MAX_BYTES_OF_SEGMENT,
            this::done,
            records);
  }

  private void done(long number, SegmentSummary found) {
    if (number == segment.number()) {
      summary = found;
    }
  }

  WalSegment segment() {
    return segment;
  }

  @Override
  public boolean feed(Lsn at, byte[] bytes, int offset, int length) {
    int kept = Math.min(length, head.length - headFilled);
    if (kept > 0) {
      System.arraycopy(bytes, offset, head, headFilled, kept);
      headFilled += kept;
    }
    fed = at.plus(length);
    goesOn = summarizer.feed(at, bytes, offset, length);
    return goesOn;
  }

  @Override
  public @Nullable Lsn validUpTo() {
    return summarizer.validUpTo();
  }

  @Override
  public Optional<String> endReason() {
    return summarizer.whyEnded();
  }

  /** Reads on in the segment that follows, to the end of the record that began in this one. */
  void completeWith(SegmentReading following) {
    if (summary == null && !taken && isWhole() && goesOn) {
      byte[] more = following.head;
      for (int at = 0; at < following.headFilled && summary == null && goesOn; at += PIECE) {
        int length = Math.min(PIECE, following.headFilled - at);
        goesOn = summarizer.feed(segment.end().plus(at), more, at, length);
      }
    }
  }

  /** Whether all of the segment was fed, and it is valid to its end. */
  boolean isWhole() {
    return fed.equals(segment.end());
  }

  /**
   * What the segment changed, once; empty while that is not certain, or where it would take too
   * much memory.
   */
  Optional<SegmentSummary> takeSummary() {
    SegmentSummary found = summary;
    if (found == null || taken || !isWhole()) {
      return Optional.empty();
    }
    taken = true;
    summary = null;
    return found.changes().isTooLarge() ? Optional.empty() : Optional.of(found);
  }
}
