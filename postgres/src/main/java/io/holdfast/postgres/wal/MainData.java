package io.holdfast.postgres.wal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The headers of a record's blocks, and where its own data lies behind them (xlogrecord.h):
 *
 * <pre>
 * 0..32 a block: u8 fork and flags, u16 data length
 *       [u16 image length, u16 hole offset, u8 image flags [u16 hole length]] if it has an image
 *       [u32 tablespace, u32 database, u32 relation] unless it is that of the block before; u32 block
 *   255 main data: u8 length     254 main data: u32 length; always last
 *   253 u16 replication origin   252 u32 top-level transaction
 * </pre>
 *
 * Then, in the same order, image and data of each block, then the main data.
 */
final class MainData {
  private static final int LAST_BLOCK = 32;
  private static final int SHORT_DATA = 255;
  private static final int LONG_DATA = 254;
  private static final int ORIGIN = 253;
  private static final int TOP_TRANSACTION = 252;

  private static final int FORK = 0x0F;
  private static final int HAS_IMAGE = 0x10;
  private static final int SAME_RELATION = 0x80;
  private static final int HAS_HOLE = 0x01;

  private static final Blocks NOBODY = (tablespace, database, relation, fork, block) -> {};

  private final int compressed;
  private int tablespace;
  private int database;
  private int relation;

  /** Told of each block that a record refers to. */
  interface Blocks {
    void block(int tablespace, int database, int relation, int fork, int block);
  }

  /**
   * @param majorVersion 14 has one bit for "compressed", which later means something else
   */
  MainData(int majorVersion) {
    compressed = majorVersion == 14 ? 0x02 : 0x1C;
  }

  /**
   * The main data, little-endian, as much of it as is at hand; empty if the headers make no sense
   * or it begins beyond what is at hand.
   */
  Optional<ByteBuffer> of(RawRecord record) {
    try {
      return find(record, body(record), NOBODY);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Tells of the blocks, in the order of their headers.
   *
   * @return the main data, as above
   * @throws BufferUnderflowException or IllegalArgumentException if the headers make no sense; some
   *     blocks may have been told then
   */
  Optional<ByteBuffer> tell(RawRecord record, Blocks to) {
    return find(record, body(record), to);
  }

  private static ByteBuffer body(RawRecord record) {
    return ByteBuffer.wrap(record.body(), record.bodyOffset(), record.bodyLength())
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Headers end where nothing is left but the data that they announced (DecodeXLogRecord). */
  private Optional<ByteBuffer> find(RawRecord record, ByteBuffer in, Blocks to) {
    long total = record.totalLength() - RawRecord.HEADER;
    long blockData = 0;
    boolean known = false;
    while (total - in.position() > blockData) {
      int id = in.get() & 0xFF;
      switch (id) {
        case SHORT_DATA -> {
          return slice(in, blockData, in.get() & 0xFF);
        }
        case LONG_DATA -> {
          return slice(in, blockData, in.getInt() & 0xFFFFFFFFL);
        }
        case ORIGIN -> in.getShort();
        case TOP_TRANSACTION -> in.getInt();
        default -> {
          if (id > LAST_BLOCK) {
            throw new IllegalArgumentException("no such header: " + id);
          }
          blockData += block(in, known, to);
          known = true;
        }
      }
    }
    if (total - in.position() < blockData) {
      throw new IllegalArgumentException("headers announce more than there is");
    }
    return Optional.empty();
  }

  private static Optional<ByteBuffer> slice(ByteBuffer in, long skipped, long length) {
    if (in.remaining() < skipped) {
      return Optional.empty();
    }
    int from = in.position() + (int) skipped;
    int kept = (int) Math.min(length, in.limit() - from);
    return Optional.of(in.slice(from, kept).order(ByteOrder.LITTLE_ENDIAN));
  }

  /** Reads a block's header and says how much data it announced. */
  private long block(ByteBuffer in, boolean relationKnown, Blocks to) {
    int flags = in.get() & 0xFF;
    long length = in.getShort() & 0xFFFF;
    if ((flags & HAS_IMAGE) != 0) {
      length += in.getShort() & 0xFFFF;
      in.getShort();
      int image = in.get() & 0xFF;
      if ((image & compressed) != 0 && (image & HAS_HOLE) != 0) {
        in.getShort();
      }
    }
    if ((flags & SAME_RELATION) == 0) {
      tablespace = in.getInt();
      database = in.getInt();
      relation = in.getInt();
    } else if (!relationKnown) {
      throw new IllegalArgumentException("the first block is of the same relation as none");
    }
    to.block(tablespace, database, relation, flags & FORK, in.getInt());
    return length;
  }
}
