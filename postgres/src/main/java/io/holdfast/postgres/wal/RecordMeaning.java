package io.holdfast.postgres.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.postgres.WalRecord;
import io.holdfast.postgres.WalRecord.Meaning;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says what a record means, for the kinds that say something about recovery. */
final class RecordMeaning {
  private static final int OPERATION = 0xF0;
  private static final int CHECKPOINT_SHUTDOWN = 0x00;
  private static final int CHECKPOINT_ONLINE = 0x10;
  static final int SWITCH = 0x40;
  private static final int BACKUP_END = 0x50;
  private static final int PARAMETER_CHANGE = 0x60;
  private static final int RESTORE_POINT = 0x70;
  private static final int END_OF_RECOVERY = 0x90;
  static final int OVERWRITE_CONTRECORD = 0xD0;

  private static final int RESTORE_POINT_NAME = 64;
  private static final int CHECKPOINT_TIME_OFFSET = 64;

  private final MainData mainData;
  private final TransactionEnd transactionEnd;
  private final Meaning[][] others = new Meaning[256][];

  RecordMeaning(int majorVersion) {
    mainData = new MainData(majorVersion);
    transactionEnd = new TransactionEnd(majorVersion);
  }

  WalRecord read(RawRecord record, long end) {
    WalRecord known = null;
    if (record.resourceManager() <= ResourceManagers.TRANSACTION) {
      known = interpret(record, end);
    }
    return known != null ? known : record(record, end, record.xid(), other(record));
  }

  static boolean isXlog(RawRecord record, int operation) {
    return record.resourceManager() == ResourceManagers.XLOG
        && (record.info() & OPERATION) == operation;
  }

  private @Nullable WalRecord interpret(RawRecord record, long end) {
    try {
      ByteBuffer data = mainData.of(record).orElse(null);
      if (record.resourceManager() == ResourceManagers.TRANSACTION) {
        return data == null ? null : transactionEnd.read(record, new Lsn(end), data);
      }
      Meaning meaning = xlog(record.info() & OPERATION, data);
      return meaning == null ? null : record(record, end, record.xid(), meaning);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null; // shorter than its kind must be: of a kind we do not know
    }
  }

  private static @Nullable Meaning xlog(int operation, @Nullable ByteBuffer data) {
    if (operation == SWITCH) {
      return new WalRecord.Switch();
    }
    if (data == null) {
      return null;
    }
    return switch (operation) {
      case CHECKPOINT_SHUTDOWN, CHECKPOINT_ONLINE ->
          new WalRecord.Checkpoint(
              new Lsn(data.getLong()),
              operation == CHECKPOINT_SHUTDOWN,
              data.getInt(),
              data.position(CHECKPOINT_TIME_OFFSET).getLong());
      case BACKUP_END -> new WalRecord.BackupEnd(new Lsn(data.getLong()));
      case PARAMETER_CHANGE -> new WalRecord.ParameterChange(minimums(data), data.getInt());
      case RESTORE_POINT -> {
        Instant time = TransactionEnd.instant(data.getLong());
        yield new WalRecord.RestorePoint(time, cString(data));
      }
      case END_OF_RECOVERY -> {
        data.getLong();
        yield new WalRecord.EndOfRecovery(data.getInt(), data.getInt());
      }
      default -> null;
    };
  }

  /** xl_parameter_change (xlog_internal.h) begins with these. */
  private static RecoveryMinimums minimums(ByteBuffer data) {
    return new RecoveryMinimums(
        data.getInt(), data.getInt(), data.getInt(), data.getInt(), data.getInt());
  }

  private static String cString(ByteBuffer data) {
    byte[] bytes = new byte[Math.min(RESTORE_POINT_NAME, data.remaining())];
    data.get(bytes);
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** Most records: one object for each kind, not for each record. */
  private Meaning other(RawRecord record) {
    int manager = record.resourceManager();
    if (others[manager] == null) {
      others[manager] = new Meaning[256];
    }
    Meaning[] ofManager = others[manager];
    int info = record.info();
    if (ofManager[info] == null) {
      ofManager[info] = new WalRecord.Other(manager, info);
    }
    return ofManager[info];
  }

  private static WalRecord record(RawRecord record, long end, long xid, Meaning meaning) {
    return new WalRecord(new Lsn(record.start()), new Lsn(end), xid, meaning);
  }
}
