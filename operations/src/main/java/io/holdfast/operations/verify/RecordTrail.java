package io.holdfast.operations.verify;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalPageHeader;
import io.holdfast.postgres.WalScanner;
import io.holdfast.postgres.WalSegment;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows the records of WAL that is read back, from segment to segment: bytes can be just what was
 * archived and yet no log that a server could replay, if it was broken when it was archived.
 */
final class RecordTrail {
  private @Nullable WalSegment last;
  private @Nullable WalScanner scanner;
  private boolean goesOn = true;

  /** Where records end although they should go on. */
  record End(WalSegment segment, Lsn at) {}

  /**
   * Takes the segment's bytes, from its first one on; a segment that does not follow begins anew.
   */
  OutputStream into(WalSegment segment) {
    if (last == null || !follows(last, segment) || !goesOn) {
      scanner = null;
      goesOn = true;
    }
    last = segment;
    return new Feed(segment);
  }

  private static boolean follows(WalSegment before, WalSegment next) {
    return before.number() + 1 == next.number();
  }

  /** If the records ended in the segment before {@code next}, of the same timeline. */
  Optional<End> endedBefore(WalSegment next) {
    WalSegment before = last;
    return !goesOn
            && before != null
            && follows(before, next)
            && before.timeline() == next.timeline()
        ? Optional.of(new End(before, reached()))
        : Optional.empty();
  }

  /** Whatever comes next begins anew. */
  void cut() {
    last = null;
  }

  /** The end of the last whole record; the beginning of the log if there was none. */
  Lsn reached() {
    Lsn valid = scanner == null ? null : scanner.validUpTo();
    return valid == null ? new Lsn(0) : valid;
  }

  /** For messages: ": found …", or nothing. */
  String why() {
    return scanner == null ? "" : scanner.endReason().map(why -> ": " + why).orElse("");
  }

  private final class Feed extends OutputStream {
    private final WalSegment segment;
    private final byte[] head = new byte[WalPageHeader.SIZE];
    private int headFilled;
    private Lsn at;

    Feed(WalSegment segment) {
      this.segment = segment;
      this.at = segment.start();
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      int taken = Math.min(head.length - headFilled, length);
      if (taken > 0) {
        System.arraycopy(bytes, offset, head, headFilled, taken);
        headFilled += taken;
        if (headFilled == head.length) {
          begin();
          feed(head, 0, head.length);
        }
      }
      if (length > taken) {
        feed(bytes, offset + taken, length - taken);
      }
    }

    private void begin() {
      if (scanner == null) {
        WalPageHeader.parse(head, 0)
            .ifPresentOrElse(
                header ->
                    scanner =
                        WalScanner.create(header.majorVersion(), segment.size(), record -> {}),
                () -> goesOn = false);
      }
    }

    private void feed(byte[] bytes, int offset, int length) {
      WalScanner to = scanner;
      goesOn = goesOn && to != null && to.feed(at, bytes, offset, length);
      at = at.plus(length);
    }
  }
}
