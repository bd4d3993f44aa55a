package io.holdfast.postgres;

import java.util.function.Consumer;

/**
 * Reads WAL records out of bytes that come in order. Verifies every record's CRC and link to the
 * one before, and that every page is of this version, place and cluster and of no older timeline.
 * Starts at a segment's beginning by skipping the rest of a record begun earlier. One per thread;
 * memory bounded whatever the record's length.
 */
public interface WalScanner {
  /**
   * @param majorVersion for the magic and flags of pages and the layout of records
   * @param consumer called on the feeding thread
   * @throws PostgresException if the version is not known
   */
  static WalScanner create(int majorVersion, int walSegmentSize, Consumer<WalRecord> consumer) {
    return io.holdfast.postgres.wal.RecordScanner.create(majorVersion, walSegmentSize, consumer);
  }

  /**
   * As above, and tells what each record changes in files, before the record itself.
   *
   * @throws PostgresException if the version is not known
   */
  static WalScanner create(
      int majorVersion, int walSegmentSize, Consumer<WalRecord> consumer, ChangeListener changes) {
    return io.holdfast.postgres.wal.RecordScanner.create(
        majorVersion, walSegmentSize, consumer, changes);
  }

  /**
   * Feeds bytes; {@code at} is where the last ones ended, or a segment's start to begin anew.
   *
   * @return false once the end of valid WAL was met: zeros, a stale page, a record that does not
   *     fit; what follows is ignored until a segment start is fed as a new beginning
   * @throws IllegalArgumentException if {@code at} is neither
   */
  boolean feed(Lsn at, byte[] bytes, int offset, int length);

  /**
   * End of the last whole record since the last new beginning; null before the first. After a
   * switch that is the end of its segment, although the rest of it may not have been fed.
   */
  @org.jspecify.annotations.Nullable
  Lsn validUpTo();

  /** Why {@link #feed} said false; empty while it did not. */
  java.util.Optional<String> endReason();
}
