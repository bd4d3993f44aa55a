package io.holdfast.operations.wal;

import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalPageHeader;
import io.holdfast.postgres.WalSegment;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Keeps WAL out of the archive that is not what its name says: of another server, another segment,
 * or no WAL at all.
 */
record SegmentGuard(
    long systemIdentifier, int segmentSize, IntFunction<Optional<TimelineHistory>> histories) {
  /**
   * @param bytes beginning with those of the segment
   * @return what they say
   */
  WalPageHeader check(WalSegment segment, byte[] bytes, int offset, int length) {
    WalPageHeader header =
        (length < WalPageHeader.SIZE
                ? Optional.<WalPageHeader>empty()
                : WalPageHeader.parse(bytes, offset))
            .orElseThrow(() ->
                refused(
                    segment,
                    "a WAL page header of PostgreSQL 14 to 18",
                    "none",
                    "The file is damaged, empty, or of a version that this Holdfast does not"
                        + " know."));
    if (header.systemIdentifier() != systemIdentifier) {
      throw refused(
          segment,
          "WAL of the server with system identifier " + Long.toUnsignedString(systemIdentifier),
          "WAL of " + Long.toUnsignedString(header.systemIdentifier()),
          "This is another server. Give every server a cluster name of its own in holdfast.yaml.");
    }
    if (header.segmentSize() != segmentSize) {
      throw refused(
          segment,
          "a segment size of " + segmentSize + " bytes",
          String.valueOf(header.segmentSize()),
          "The segment size of a server changes only with pg_resetwal; take a new backup after it.");
    }
    if (!header.address().equals(segment.start())) {
      throw refused(
          segment,
          "WAL that begins at " + segment.start(),
          "WAL that begins at " + header.address(),
          "The file was renamed, or is a recycled one that was never written.");
    }
    checkTimeline(segment, header.timeline());
    return header;
  }

  void checkSize(WalSegment segment, long size) {
    if (size != segmentSize) {
      throw refused(
          segment,
          segmentSize + " bytes",
          size + " bytes",
          "Only whole segments are archived under their plain name.");
    }
  }

  /**
   * A timeline's first segment is a copy of its parent's up to where it was left (XLogFileCopy in
   * xlog.c), with the parent's number in its page headers.
   */
  private void checkTimeline(WalSegment segment, int found) {
    if (found == segment.timeline()) {
      return;
    }
    boolean fits =
        Integer.compareUnsigned(found, segment.timeline()) < 0
            && histories
                .apply(segment.timeline())
                .map(history -> history.timelineAt(segment.start()) == found)
                .orElse(true);
    if (!fits) {
      throw refused(
          segment,
          "WAL of timeline " + Integer.toUnsignedString(segment.timeline()),
          "WAL of timeline " + Integer.toUnsignedString(found),
          "Two servers may be archiving as the same cluster.");
    }
  }

  private static HoldfastException refused(
      WalSegment segment, String expected, String found, String hint) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not archive WAL segment "
            + segment.name()
            + ": expected "
            + expected
            + ", found "
            + found,
        hint);
  }
}
