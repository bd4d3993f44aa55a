package io.holdfast.postgres.wal;

import io.holdfast.postgres.SupportedVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes WAL as a server does, for what no server can be made to write at will. */
final class WalWriter {
  static final long SYSTEM = 7_500_000_000_000_000_001L;
  static final int PAGE = 8192;

  final SupportedVersion version;
  final int segmentSize;
  final long start;
  private int timeline = 1;
  private byte[] bytes;
  private long position;
  private long previous;
  private boolean overwrites;

  WalWriter(SupportedVersion version, int segmentSize, long firstSegment) {
    this.version = version;
    this.segmentSize = segmentSize;
    start = firstSegment * segmentSize;
    position = start;
    bytes = new byte[segmentSize];
  }

  /** The bytes so far, zeros up to the end of the segment. */
  byte[] bytes() {
    int segments = (int) ((position - start + segmentSize - 1) / segmentSize);
    return Arrays.copyOf(bytes, Math.max(1, segments) * segmentSize);
  }

  /** Where the next byte goes. */
  long position() {
    return position;
  }

  void timeline(int next) {
    timeline = next;
  }

  /** Begins with the last {@code length} bytes of a record that the segment before began. */
  void tail(int length) {
    put(new byte[length], length);
    align();
  }

  long record(int manager, int info, long xid, byte[] body) {
    return record(manager, info, xid, body, Integer.MAX_VALUE);
  }

  /** XLOG_SWITCH and the empty rest of the segment. */
  long switchSegment() {
    long at = record(0, 0x40, 0, new byte[0]);
    while (position % segmentSize != 0) {
      startPage(0);
      position += PAGE - position % PAGE;
      ensure(position);
    }
    return at;
  }

  /**
   * A record of which only the first {@code written} bytes came before a crash; the log goes on
   * with the page after them, which gives it up.
   */
  long abandoned(byte[] body, int written) {
    long before = previous;
    long at = record(10, 0, 9, body, written);
    previous = before;
    position = (position + PAGE - 1) / PAGE * PAGE;
    overwrites = true;
    ByteBuffer data = buffer(18).put((byte) 255).put((byte) 16).putLong(at).putLong(0);
    record(0, 0xD0, 0, content(data));
    return at;
  }

  private long record(int manager, int info, long xid, byte[] body, int written) {
    startPage(0);
    int total = RawRecord.HEADER + body.length;
    ByteBuffer record = buffer(total);
    record
        .putInt(total)
        .putInt((int) xid)
        .putLong(previous)
        .put((byte) info)
        .put((byte) manager)
        .putShort((short) 0);
    CRC32C crc = new CRC32C();
    crc.update(body);
    crc.update(record.slice(0, 20));
    record.putInt((int) crc.getValue()).put(body);
    previous = position;
    long at = position;
    put(Arrays.copyOf(content(record), Math.min(total, written)), total);
    if (written >= total) {
      align();
    }
    return at;
  }

  /** Likewise, of the whole buffer. */
  static byte[] main(ByteBuffer data) {
    return main(content(data));
  }

  /** Main data as the only fragment. */
  static byte[] main(byte[] data) {
    boolean small = data.length < 256;
    ByteBuffer body = buffer(data.length + (small ? 2 : 5));
    if (small) {
      body.put((byte) 255).put((byte) data.length);
    } else {
      body.put((byte) 254).putInt(data.length);
    }
    return content(body.put(data));
  }

  private static byte[] content(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }

  private void align() {
    position = (position + 7) & -8;
  }

  private void put(byte[] part, int total) {
    int from = 0;
    while (from < part.length) {
      startPage(total - from);
      int room = (int) (PAGE - position % PAGE);
      int length = Math.min(room, part.length - from);
      ensure(position + length);
      System.arraycopy(part, from, bytes, (int) (position - start), length);
      position += length;
      from += length;
    }
  }

  private void startPage(int remaining) {
    if (position % PAGE != 0) {
      return;
    }
    boolean first = position % segmentSize == 0;
    int size = first ? 40 : 24;
    ensure(position + size);
    boolean continues = remaining > 0;
    int info = (continues ? 1 : 0) | (first ? 2 : 0) | 4 | (overwrites ? 8 : 0);
    overwrites = false;
    ByteBuffer header =
        ByteBuffer.wrap(bytes, (int) (position - start), size).order(ByteOrder.LITTLE_ENDIAN);
    header
        .putShort((short) version.walMagic())
        .putShort((short) info)
        .putInt(timeline)
        .putLong(position)
        .putInt(continues ? remaining : 0)
        .putInt(0);
    if (first) {
      header.putLong(SYSTEM).putInt(segmentSize).putInt(PAGE);
    }
    position += size;
  }

  private void ensure(long end) {
    long needed = end - start;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) ((needed + segmentSize - 1) / segmentSize) * segmentSize);
    }
  }

  static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
