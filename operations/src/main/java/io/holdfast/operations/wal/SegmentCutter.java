package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.WalSegment;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Cuts one stream into segments and hands them on. Used by the streaming thread. */
final class SegmentCutter {
  private final Path spool;
  private final Shipper shipper;
  private final int segmentSize;
  private final int timeline;
  private @Nullable SpoolSegment current;
  private boolean first = true;
  private Lsn received;

  SegmentCutter(Path spool, Shipper shipper, int segmentSize, StartPosition start) {
    this.spool = spool;
    this.shipper = shipper;
    this.segmentSize = segmentSize;
    this.timeline = start.timeline();
    this.received = start.lsn();
  }

  Lsn received() {
    return received;
  }

  /**
   * @param whileWaiting called every second while the repository is slower than the server
   */
  void write(Lsn start, byte[] bytes, int offset, int length, Runnable whileWaiting)
      throws InterruptedException {
    if (!start.equals(received)) {
      throw new PostgresException(
          "could not receive WAL: expected bytes from " + received + " on, found " + start,
          "The connection is made anew.",
          null);
    }
    int at = offset;
    int left = length;
    while (left > 0) {
      SpoolSegment segment = current;
      if (segment == null) {
        segment = begin(whileWaiting);
      }
      int n = (int) Math.min(left, segmentSize - segment.written());
      segment.append(bytes, at, n);
      at += n;
      left -= n;
      received = received.plus(n);
      if (segment.complete()) {
        seal();
      }
    }
  }

  /** Hands over the segment under way, whole or not. */
  void seal() {
    current = null;
    shipper.seal();
  }

  private SpoolSegment begin(Runnable whileWaiting) throws InterruptedException {
    while (!shipper.hasRoom(Duration.ofSeconds(1))) {
      whileWaiting.run();
    }
    WalSegment name = WalSegment.holding(timeline, received, segmentSize);
    SpoolSegment segment = SpoolSegment.create(spool, name, first);
    first = false;
    current = segment;
    shipper.begin(segment);
    return segment;
  }
}
