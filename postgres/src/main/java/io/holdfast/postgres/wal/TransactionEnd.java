package io.holdfast.postgres.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalRecord.Meaning;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Commit and abort records (xact.h, xactdesc.c): {@code i64 time}, and if the info byte has 0x80,
 * {@code u32 xinfo} and then, each if its bit is set, in this order:
 *
 * <pre>
 * 0x001 u32 database, u32 tablespace             0x002 i32 n, u32 subtransaction[n]
 * 0x004 i32 n, 12-byte dropped relation[n]       0x100 i32 n, dropped statistics[n] (15 on: 12
 * 0x008 i32 n, 16-byte invalidation[n] (commit)        bytes each; 18 on: 16)
 * 0x010 u32 the prepared transaction's id
 * </pre>
 */
final class TransactionEnd {
  private static final long SECONDS_FROM_1970_TO_2000 = 946_684_800;
  private static final int MICROS = 1_000_000;

  private static final int OPERATION = 0x70;
  private static final int COMMIT = 0x00;
  private static final int ABORT = 0x20;
  private static final int COMMIT_PREPARED = 0x30;
  private static final int ABORT_PREPARED = 0x40;
  private static final int HAS_DETAILS = 0x80;
  private static final int SUBTRANSACTIONS = 0x002;
  private static final int DROPPED = 0x004;
  private static final int RELATION = 12;

  private final int statisticsItem;

  TransactionEnd(int majorVersion) {
    statisticsItem = majorVersion >= 18 ? 16 : 12;
  }

  /** Null for the transaction manager's other records. */
  @Nullable WalRecord read(RawRecord record, Lsn end, ByteBuffer data) {
    int operation = record.info() & OPERATION;
    Meaning meaning;
    switch (operation) {
      case COMMIT, COMMIT_PREPARED -> meaning = new WalRecord.Commit(instant(data.getLong()));
      case ABORT, ABORT_PREPARED -> meaning = new WalRecord.Abort(instant(data.getLong()));
      default -> {
        return null;
      }
    }
    boolean prepared = operation == COMMIT_PREPARED || operation == ABORT_PREPARED;
    long xid = prepared ? preparedXid(record, data) : record.xid();
    return new WalRecord(new Lsn(record.start()), end, xid, meaning);
  }

  /** The record's own id if it lists more than is kept of a record. */
  private long preparedXid(RawRecord record, ByteBuffer data) {
    if ((record.info() & HAS_DETAILS) == 0) {
      return record.xid();
    }
    try {
      int details = data.getInt();
      passArray(data, details, SUBTRANSACTIONS, 4, 8 * (details & 0x001));
      passArray(data, details, DROPPED, RELATION, 0);
      passArray(data, details, 0x100, statisticsItem, 0);
      passArray(data, details, 0x008, 16, 0);
      return (details & 0x010) != 0 ? data.getInt() & 0xFFFFFFFFL : record.xid();
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return record.xid();
    }
  }

  /** A relation whose files went with the transaction. */
  interface Dropped {
    void relation(int tablespace, int database, int relation);
  }

  /**
   * @param data from its beginning
   * @throws BufferUnderflowException if the list is longer than what is at hand
   */
  static void dropped(RawRecord record, ByteBuffer data, Dropped to) {
    data.getLong();
    int details = (record.info() & HAS_DETAILS) == 0 ? 0 : data.getInt();
    passArray(data, details, SUBTRANSACTIONS, 4, 8 * (details & 0x001));
    if ((details & DROPPED) == 0) {
      throw new IllegalArgumentException("drops files and does not say which");
    }
    int count = data.getInt();
    if (count < 0 || (long) count * RELATION > data.remaining()) {
      throw new BufferUnderflowException();
    }
    for (int i = 0; i < count; i++) {
      to.relation(data.getInt(), data.getInt(), data.getInt());
    }
  }

  private static void passArray(ByteBuffer data, int details, int bit, int item, int before) {
    data.position(data.position() + before);
    if ((details & bit) != 0) {
      long length = (long) data.getInt() * item;
      if (length < 0 || length > data.remaining()) {
        throw new BufferUnderflowException();
      }
      data.position(data.position() + (int) length);
    }
  }

  /** From microseconds since 2000. */
  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        SECONDS_FROM_1970_TO_2000 + Math.floorDiv(micros, MICROS),
        Math.floorMod(micros, MICROS) * 1000L);
  }
}
