package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects {@link WalFacts} out of WAL that passes by. Not thread-safe. */
final class FactsScanner {
  private final int majorVersion;
  private final WalScanner scanner;
  private final Lsn limit;
  private @Nullable Instant first;
  private @Nullable Instant last;
  private @Nullable RecoveryMinimums minimums;

  /**
   * @param limit records that end after it do not count
   */
  FactsScanner(int majorVersion, int segmentSize, Lsn limit) {
    this.majorVersion = majorVersion;
    this.limit = limit;
    this.scanner = WalScanner.create(majorVersion, segmentSize, this::see);
  }

  FactsScanner(int majorVersion, int segmentSize) {
    this(majorVersion, segmentSize, new Lsn(-1));
  }

  /** Reads WAL that begins at a segment's start. */
  static WalFacts read(int majorVersion, int segmentSize, Lsn start, InputStream wal)
      throws IOException {
    FactsScanner facts = new FactsScanner(majorVersion, segmentSize);
    byte[] buffer = new byte[256 << 10];
    Lsn at = start;
    for (int n = wal.read(buffer); n > 0; n = wal.read(buffer)) {
      if (!facts.feed(at, buffer, 0, n)) {
        break;
      }
      at = at.plus(n);
    }
    return facts.take();
  }

  boolean feed(Lsn at, byte[] bytes, int offset, int length) {
    return scanner.feed(at, bytes, offset, length);
  }

  /** Facts since the last call. */
  WalFacts take() {
    WalFacts facts =
        new WalFacts(
            majorVersion,
            Optional.ofNullable(first),
            Optional.ofNullable(last),
            Optional.ofNullable(scanner.validUpTo()),
            Optional.ofNullable(minimums));
    first = null;
    last = null;
    minimums = null;
    return facts;
  }

  private void see(WalRecord record) {
    if (record.end().isAfter(limit)) {
      return;
    }
    switch (record.meaning()) {
      case WalRecord.Commit commit -> ended(commit.time());
      case WalRecord.Abort abort -> ended(abort.time());
      case WalRecord.ParameterChange change ->
          minimums = minimums == null ? change.minimums() : minimums.and(change.minimums());
      default -> {}
    }
  }

  private void ended(Instant time) {
    if (first == null) {
      first = time;
    }
    if (last == null || time.isAfter(last)) {
      last = time;
    }
  }
}
