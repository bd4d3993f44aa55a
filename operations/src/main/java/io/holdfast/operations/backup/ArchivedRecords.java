package io.holdfast.operations.backup;

import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import java.io.OutputStream;

/** Lets a scanner see the archived WAL of one path, segment by segment, up to a position. */
final class ArchivedRecords {
  private final WalArchive archive;
  private final TimelineHistory path;
  private final WalScanner scanner;
  private final Lsn end;

  /**
   * @param end what lies behind it is not looked at
   */
  ArchivedRecords(WalArchive archive, TimelineHistory path, WalScanner scanner, Lsn end) {
    this.archive = archive;
    this.path = path;
    this.scanner = scanner;
    this.end = end;
  }

  /**
   * All segments from the one that holds {@code from}.
   *
   * @return whether every record up to the end could be read
   * @throws io.holdfast.operations.wal.PartsChangedException if parts of a segment gave way to the
   *     whole meanwhile
   */
  boolean showFrom(Lsn from) {
    Lsn at = WalSegment.holding(1, from, archive.segmentSize()).start();
    while (at.isBefore(end) && show(at)) {
      at = at.plus(archive.segmentSize());
    }
    Lsn valid = scanner.validUpTo();
    return valid != null && !valid.isBefore(end);
  }

  /** Whether the log goes on to the end of the segment that begins there, or to the end. */
  private boolean show(Lsn start) {
    WalSegment own = WalSegment.holding(path.timelineAt(start), start, archive.segmentSize());
    // In the segment in which a timeline begins, its own file has all of the path.
    WalSegment last = own.onTimeline(path.timelineAt(own.end().plus(-1)));
    Feed feed = new Feed(start);
    if (archive.fetch(last.name(), feed).isEmpty()
        && (last.equals(own) || archive.fetch(own.name(), feed).isEmpty())) {
      return false;
    }
    return feed.goesOn;
  }

  private final class Feed extends OutputStream {
    private Lsn at;
    private boolean goesOn = true;

    Feed(Lsn start) {
      this.at = start;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (goesOn && at.isBefore(end)) {
        goesOn = scanner.feed(at, bytes, offset, length);
      }
      at = at.plus(length);
    }
  }
}
