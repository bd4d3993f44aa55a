package io.holdfast.postgres;

import io.holdfast.postgres.archive.StreamScanner;
import java.util.List;

/**
 * Watches an archive of pg_dump (custom format, not compressed) pass by: finds where the data of
 * each table lies, counts its rows, and sees whether the archive is whole. Bytes come in any
 * pieces. Memory grows with the number of tables, not with their data. One per thread.
 */
public interface BlockScanner {
  static BlockScanner create() {
    return new StreamScanner();
  }

  /**
   * @throws PostgresException if this is not an archive, of a version or form that is not known, or
   *     damaged; after that nothing more may be fed
   */
  void feed(byte[] bytes, int offset, int length);

  /**
   * To be called at the end of the archive.
   *
   * @return blocks in the order in which they lie
   * @throws PostgresException if it ends in its middle, or a block is missing
   */
  List<DumpBlock> finish();

  /** What the archive has, by its table of contents and, of large objects, its blocks. */
  DumpContents contents();

  /** Bytes fed so far. */
  long length();

  /** Bytes of head and table of contents; 0 until all of it has passed. */
  long tocLength();
}
