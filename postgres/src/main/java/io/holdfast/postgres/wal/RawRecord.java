package io.holdfast.postgres.wal;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * One record as it comes together from its pages (xlogrecord.h); used again for the next.
 *
 * <pre>
 *  0 u32 xl_tot_len, with this header   4 u32 xl_xid   8 u64 xl_prev: start of the record before
 * 16 u8 xl_info: operation in the high half   17 u8 xl_rmid   18 2 bytes zero   20 u32 xl_crc
 * </pre>
 *
 * The CRC32C covers the body first and the header's first 20 bytes after it. Of the body only the
 * start is kept, which holds all block headers and the data of all records without page images: a
 * body that lies in one piece is not even copied.
 */
final class RawRecord {
  static final int HEADER = 24;
  private static final int CRC_OFFSET = 20;

  /** Enough for every record that matters and for the headers of all 33 blocks of any other. */
  private static final int KEPT = 64 << 10;

  /** A commit lists its subtransactions and what it invalidates before what we want to know. */
  private static final int KEPT_OF_TRANSACTION = 8 << 20;

  private final byte[] header = new byte[HEADER];
  private final CRC32C crc = new CRC32C();
  private int headerFilled;
  private long start;

  private byte[] own = new byte[KEPT];
  private byte[] body = own;
  private int bodyOffset;
  private int bodyLength;

  void begin(long at) {
    start = at;
    headerFilled = 0;
  }

  boolean begun() {
    return headerFilled > 0;
  }

  /** How many bytes of the header are missing. */
  int headerMissing() {
    return HEADER - headerFilled;
  }

  void addHeader(byte[] bytes, int offset, int length) {
    System.arraycopy(bytes, offset, header, headerFilled, length);
    headerFilled += length;
  }

  /** Known from 4 bytes of header on, which never part: records start at multiples of 8. */
  boolean knowsLength() {
    return headerFilled >= Integer.BYTES;
  }

  void beginBody() {
    crc.reset();
    body = own;
    bodyOffset = 0;
    bodyLength = 0;
  }

  /** Takes the whole body at once; the array must stay as it is until the record is read. */
  void setBody(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
    body = bytes;
    bodyOffset = offset;
    bodyLength = length;
  }

  void addBody(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
    int limit = resourceManager() == ResourceManagers.TRANSACTION ? KEPT_OF_TRANSACTION : KEPT;
    int kept = Math.min(length, limit - bodyLength);
    if (kept > 0) {
      if (bodyLength + kept > own.length) {
        own = Arrays.copyOf(own, Math.min(limit, Math.max(own.length * 2, bodyLength + kept)));
        body = own;
      }
      System.arraycopy(bytes, offset, own, bodyLength, kept);
      bodyLength += kept;
    }
  }

  boolean checksumFits() {
    crc.update(header, 0, CRC_OFFSET);
    return (int) crc.getValue() == (int) PageHeaderFormat.U32.get(header, CRC_OFFSET);
  }

  /** Gives back what an uncommonly long record needed. */
  void release() {
    if (own.length > KEPT) {
      own = new byte[KEPT];
    }
    body = own;
    bodyLength = 0;
    headerFilled = 0;
  }

  long start() {
    return start;
  }

  /** Of header and body, unsigned. */
  long totalLength() {
    return (int) PageHeaderFormat.U32.get(header, 0) & 0xFFFFFFFFL;
  }

  long xid() {
    return (int) PageHeaderFormat.U32.get(header, 4) & 0xFFFFFFFFL;
  }

  long previous() {
    return (long) PageHeaderFormat.U64.get(header, 8);
  }

  int info() {
    return header[16] & 0xFF;
  }

  int resourceManager() {
    return header[17] & 0xFF;
  }

  byte[] body() {
    return body;
  }

  int bodyOffset() {
    return bodyOffset;
  }

  /** How much of the body is at hand. */
  int bodyLength() {
    return bodyLength;
  }
}
