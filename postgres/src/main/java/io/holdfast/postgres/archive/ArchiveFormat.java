package io.holdfast.postgres.archive;

import io.holdfast.postgres.PostgresException;

/**
 * The custom format of pg_dump, archive versions 1.14 (PostgreSQL 14 and 15), 1.15 (16) and 1.16
 * (17 and 18), as a pipe gets it: where pg_dump cannot seek, no offset is filled in.
 *
 * <pre>
 * archive = head, contents, block*
 *
 * int     = u8 sign (1: negative), 4 bytes of its amount, little-endian
 * text    = int length, bytes                      length -1: no text
 *
 * head    = "PGDMP"
 *           u8 1, u8 minor, u8 revision            the version
 *           u8 4, u8 offset size                   bytes of an int and of an offset
 *           u8 format                              1 custom, 3 tar; 3 in a directory's toc.dat too
 *           int level                              of compression; until 1.14
 *           u8 algorithm                           0 none, 1 gzip, 2 lz4, 3 zstd; since 1.15
 *           int second, minute, hour, day, month (from 0), year (from 1900), daylight saving
 *           text database, text server version, text pg_dump version
 *
 * contents= int count, entry*
 *
 * entry   = int dump id, int 1 if it has data, text oid of the catalog, text oid
 *           text tag, text kind
 *           int section                            1 none, 2 pre-data, 3 data, 4 post-data
 *           text definition, text drop statement, text copy statement
 *           text schema, text tablespace, text table access method
 *           int kind of relation                   since 1.16
 *           text owner, text "false"               with oids, long gone
 *           (text dump id)*, text none             dependencies, decimal
 *           u8 state, offset                       1 not known, 2 known, 3 no data; custom
 *           text file name                         directory
 *
 * block   = u8 1, int dump id, pieces              data of a table
 *         | u8 3, int dump id, (int oid, pieces)*, int 0     large objects
 * pieces  = (int length, bytes)*, int 0            a piece is a row, so far
 * </pre>
 *
 * Blocks lie in the order of their entries and every entry with data has one. The archive ends with
 * the last of them. Rows are lines of COPY's text form, in which a newline only ends a row
 * (copyto.c); pg_dump ends them with the line {@code \.} and two empty ones (pg_dump.c,
 * dumpTableData_copy).
 *
 * <p>Sources: pg_backup_archiver.c (WriteHead, WriteToc, WriteInt, WriteStr, WriteOffset,
 * WriteDataChunks), pg_backup_archiver.h (K_VERS_*, BLK_*, K_OFFSET_*), pg_backup_custom.c
 * (_StartData, _EndData, _StartLOs, _StartLO, _EndLOs), pg_backup_directory.c, pg_backup.h
 * (teSection), compress_none.c.
 */
final class ArchiveFormat {
  static final String MAGIC = "PGDMP";
  static final int OLDEST_MINOR = 14;
  static final int NEWEST_MINOR = 16;
  static final int ALGORITHM_MINOR = 15;
  static final int RELKIND_MINOR = 16;
  static final int INT_SIZE = 4;

  /** Of an int, sign and amount. */
  static final int INT_BYTES = 1 + INT_SIZE;

  static final int FORMAT_CUSTOM = 1;
  static final int FORMAT_TAR = 3;
  static final int BLOCK_DATA = 1;
  static final int BLOCK_BLOBS = 3;
  static final int OFFSET_NOT_SET = 1;
  static final int OFFSET_SET = 2;
  static final int OFFSET_NO_DATA = 3;

  /** More than any object's definition: what claims more is damaged, and must not exhaust us. */
  static final int LARGEST_ENTRY = 64 << 20;

  private ArchiveFormat() {}

  static PostgresException malformed(String expected, Object found) {
    return new PostgresException(
        "could not read the archive of pg_dump: expected " + expected + ", found " + found,
        "It was cut short, changed, or is no archive in custom format.",
        null);
  }

  static PostgresException unknown(String expected, Object found) {
    return new PostgresException(
        "could not read the archive of pg_dump: expected " + expected + ", found " + found,
        "Archives of pg_dump 14 to 18 in custom format without compression are understood.",
        null);
  }
}
