package io.holdfast.postgres;

import java.util.function.Consumer;

/**
 * Reads WAL records out of bytes that come in order. Verifies every record's CRC and link to the
 * one before. Starts at a segment's beginning by skipping the rest of a record begun earlier. One
 * per thread; memory bounded whatever the record's length.
 */
public interface WalScanner {
  /**
   * @param majorVersion for the meaning of page flags.
   * @param consumer called on the feeding thread
   */
  static WalScanner create(int majorVersion, int walSegmentSize, Consumer<WalRecord> consumer) {
    return io.holdfast.postgres.wal.RecordScanner.create(majorVersion, walSegmentSize, consumer);
  }

  /**
   * Feeds bytes; {@code at} is where the last ones ended, or a segment's start to begin anew.
   *
   * @return false once the end of valid WAL was met: zeros, a stale page, a record that does not
   *     fit; what follows is ignored until a segment start is fed as a new beginning
   */
  boolean feed(Lsn at, byte[] bytes, int offset, int length);

  /** End of the last whole record; null before the first. */
  @org.jspecify.annotations.Nullable
  Lsn validUpTo();

  /** Why {@link #feed} said false; empty while it did not. */
  java.util.Optional<String> endReason();
}
