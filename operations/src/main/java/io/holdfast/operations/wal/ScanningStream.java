package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalPageHeader;
import io.holdfast.postgres.WalSegment;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads records out of a segment that is written to it; the header tells the version. */
final class ScanningStream extends OutputStream {
  private final WalSegment segment;
  private final Lsn limit;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream(WalPageHeader.SIZE);
  private Lsn at;
  private boolean valid = true;
  private @Nullable FactsScanner scanner;

  ScanningStream(WalSegment segment, Lsn limit) {
    this.segment = segment;
    this.limit = limit;
    this.at = segment.start();
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int taken = scanner != null ? 0 : Math.min(WalPageHeader.SIZE - head.size(), length);
    if (taken > 0) {
      head.write(bytes, offset, taken);
      if (head.size() == WalPageHeader.SIZE) {
        begin();
      }
    }
    if (scanner != null && length > taken) {
      feed(scanner, bytes, offset + taken, length - taken);
    }
  }

  private void begin() {
    byte[] bytes = head.toByteArray();
    Optional<WalPageHeader> header = WalPageHeader.parse(bytes, 0);
    if (header.isPresent()) {
      scanner = new FactsScanner(header.get().majorVersion(), segment.size(), limit);
      feed(scanner, bytes, 0, bytes.length);
    }
  }

  private void feed(FactsScanner to, byte[] bytes, int offset, int length) {
    if (valid) {
      valid = to.feed(at, bytes, offset, length);
      at = at.plus(length);
    }
  }

  WalFacts facts() {
    return scanner == null
        ? new WalFacts(0, Optional.empty(), Optional.empty(), Optional.empty())
        : scanner.take();
  }
}
