package io.holdfast.postgres;

import java.util.Optional;

/** The long header at the start of every segment: enough to know whose it is. */
public record WalPageHeader(
    int majorVersion, int timeline, Lsn address, long systemIdentifier, int segmentSize) {
  /** Bytes needed. */
  public static final int SIZE = 40;

  /** Empty if these bytes do not begin a segment of a known version. */
  public static Optional<WalPageHeader> parse(byte[] bytes, int offset) {
    return io.holdfast.postgres.wal.PageHeaderFormat.parse(bytes, offset);
  }
}
