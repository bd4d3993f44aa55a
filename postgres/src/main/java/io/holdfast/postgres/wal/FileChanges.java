package io.holdfast.postgres.wal;

import io.holdfast.postgres.ChangeListener;
import io.holdfast.postgres.Lsn;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a record changes in relation files. Nearly all of it stands in the blocks that a record
 * refers to; the rest are the records that create, cut and remove whole files, which carry the flag
 * XLR_SPECIAL_REL_UPDATE (xlogrecord.h). A record with that flag that is not known here, and one of
 * an extension that refers to no block at all, might do anything (as pg_rewind's parsexlog.c has
 * it).
 *
 * <pre>
 * Storage     0x10 CREATE    u32 tablespace, u32 database, u32 relation, i32 fork       (storage_xlog.h)
 *             0x20 TRUNCATE  u32 block, u32 tablespace, u32 database, u32 relation, i32 flags
 * Database    14: 0x00 CREATE u32 database, u32 tablespace, …      0x10 DROP           (dbcommands_xlog.h)
 *             15 on: 0x00 CREATE_FILE_COPY and 0x10 CREATE_WAL_LOG u32 database, u32 tablespace, …
 *                    0x20 DROP u32 database, i32 n, u32 tablespace[n]; in 14 the same as 0x10
 * </pre>
 *
 * Whether everything was logged at all is told by wal_level: in PARAMETER_CHANGE, and from 17 on in
 * the records that begin or end a recovery too.
 */
final class FileChanges {
  private static final int OPERATION = 0xF0;
  private static final int TRANSACTION_OPERATION = 0x70;
  private static final int CHANGES_FILES = 0x01;

  private static final int STORAGE_CREATE = 0x10;
  private static final int STORAGE_TRUNCATE = 0x20;
  private static final int OF_MAIN = 1;
  private static final int DATABASE_CREATE = 0x00;
  private static final int DATABASE_CREATE_LOGGED = 0x10;
  private static final int COMMIT = 0x00;
  private static final int ABORT = 0x20;
  private static final int COMMIT_PREPARED = 0x30;
  private static final int ABORT_PREPARED = 0x40;

  private static final int MAIN = 0;
  private static final int FSM = 1;
  private static final int VM = 2;
  private static final int INIT = 3;
  private static final int MINIMAL = 0;

  private final int majorVersion;
  private final int databaseDrop;
  private final MainData mainData;
  private final ChangeListener to;
  private boolean referred;

  FileChanges(int majorVersion, ChangeListener to) {
    this.majorVersion = majorVersion;
    this.databaseDrop = majorVersion == 14 ? 0x10 : 0x20;
    this.mainData = new MainData(majorVersion);
    this.to = to;
  }

  void read(RawRecord record) {
    to.record(record.start(), record.previous());
    referred = false;
    try {
      Optional<ByteBuffer> data = mainData.tell(record, this::block);
      if (!special(record, data)) {
        unknown(record, "changes files in a way that is not known");
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      unknown(record, "is not built as expected");
    }
  }

  private void block(int tablespace, int database, int relation, int fork, int block) {
    referred = true;
    if (fork == MAIN || fork == INIT) {
      to.block(tablespace, database, relation, fork, block);
    } else if (fork != FSM && fork != VM) {
      throw new IllegalArgumentException("no such fork: " + fork);
    }
  }

  /** False if it does something that nobody here knows. */
  private boolean special(RawRecord record, Optional<ByteBuffer> data) {
    int operation = record.info() & OPERATION;
    return switch (record.resourceManager()) {
      case ResourceManagers.XLOG -> {
        walLevel(record, data);
        yield !flagged(record);
      }
      case ResourceManagers.TRANSACTION -> {
        if (flagged(record)) {
          dropped(record, data.orElseThrow(IllegalArgumentException::new));
        }
        yield true;
      }
      case ResourceManagers.STORAGE ->
          storage(operation, data.orElseThrow(IllegalArgumentException::new));
      case ResourceManagers.DATABASE ->
          database(operation, data.orElseThrow(IllegalArgumentException::new));
      default ->
          !flagged(record)
              && (referred || record.resourceManager() < ResourceManagers.FIRST_CUSTOM);
    };
  }

  private static boolean flagged(RawRecord record) {
    return (record.info() & CHANGES_FILES) != 0;
  }

  private boolean storage(int operation, ByteBuffer data) {
    switch (operation) {
      case STORAGE_CREATE -> {
        int tablespace = data.getInt();
        int database = data.getInt();
        int relation = data.getInt();
        int fork = data.getInt();
        if (fork == MAIN || fork == INIT) {
          to.truncated(tablespace, database, relation, fork, 0);
        }
      }
      case STORAGE_TRUNCATE -> {
        long blocks = Integer.toUnsignedLong(data.getInt());
        int tablespace = data.getInt();
        int database = data.getInt();
        int relation = data.getInt();
        if ((data.getInt() & OF_MAIN) != 0) {
          to.truncated(tablespace, database, relation, MAIN, blocks);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean database(int operation, ByteBuffer data) {
    int database = data.getInt();
    if (operation == databaseDrop) {
      for (int left = data.getInt(); left > 0; left--) {
        to.databaseReset(data.getInt(), database);
      }
      return true;
    }
    int tablespace = data.getInt();
    to.databaseReset(tablespace, database);
    if (operation == DATABASE_CREATE) {
      int fromDatabase = data.getInt();
      to.databaseCopied(data.getInt(), fromDatabase, tablespace, database);
    }
    return operation == DATABASE_CREATE || operation == DATABASE_CREATE_LOGGED;
  }

  private void dropped(RawRecord record, ByteBuffer data) {
    switch (record.info() & TRANSACTION_OPERATION) {
      case COMMIT, ABORT, COMMIT_PREPARED, ABORT_PREPARED ->
          TransactionEnd.dropped(
              record,
              data,
              (tablespace, database, relation) -> {
                to.truncated(tablespace, database, relation, MAIN, 0);
                to.truncated(tablespace, database, relation, INIT, 0);
              });
      default -> throw new IllegalArgumentException("no end of a transaction drops files");
    }
  }

  private void walLevel(RawRecord record, Optional<ByteBuffer> data) {
    Optional<Integer> level =
        data.flatMap(d -> WalLevel.in(record.info() & OPERATION, majorVersion, d));
    if (level.isPresent() && level.get() == MINIMAL) {
      unknown(record, "says that wal_level is minimal, where not everything is logged");
    }
  }

  private void unknown(RawRecord record, String why) {
    to.unknown(
        String.format(
            "the record at %s (resource manager %d, info %02X) %s",
            new Lsn(record.start()), record.resourceManager(), record.info(), why));
  }
}
