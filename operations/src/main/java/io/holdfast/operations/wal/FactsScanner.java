package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects {@link WalFacts} out of WAL that passes by. Not thread-safe. */
final class FactsScanner {
  private static final Lsn NO_LIMIT = new Lsn(-1);

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
    this(majorVersion, limit, see -> WalScanner.create(majorVersion, segmentSize, see));
  }

  /**
   * @param scanners makes the one that reads, given who is to be told of records
   */
  private FactsScanner(
      int majorVersion, Lsn limit, Function<Consumer<WalRecord>, WalScanner> scanners) {
    this.majorVersion = majorVersion;
    this.limit = limit;
    this.scanner = scanners.apply(this::see);
  }

  FactsScanner(int majorVersion, int segmentSize) {
    this(majorVersion, segmentSize, NO_LIMIT);
  }

  /** Without a limit, for WAL that somebody else wants to read in the same pass. */
  static FactsScanner beside(int majorVersion, Function<Consumer<WalRecord>, WalScanner> scanners) {
    return new FactsScanner(majorVersion, NO_LIMIT, scanners);
  }

  /** Reads WAL that begins at a segment's start. */
  static WalFacts read(int majorVersion, int segmentSize, Lsn start, InputStream wal)
      throws IOException {
    return new FactsScanner(majorVersion, segmentSize).read(start, wal);
  }

  /** As above, with this one. */
  WalFacts read(Lsn start, InputStream wal) throws IOException {
    byte[] buffer = new byte[256 << 10];
    Lsn at = start;
    for (int n = wal.read(buffer); n > 0; n = wal.read(buffer)) {
      if (!feed(at, buffer, 0, n)) {
        break;
      }
      at = at.plus(n);
    }
    return take();
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
