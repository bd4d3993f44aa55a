package io.holdfast.postgres.wal;

import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalScanner;
import java.util.function.Consumer;

/** Stub. */
public final class RecordScanner {
  private RecordScanner() {}

  public static WalScanner create(
      int majorVersion, int walSegmentSize, Consumer<WalRecord> consumer) {
    throw new UnsupportedOperationException("stub");
  }
}
