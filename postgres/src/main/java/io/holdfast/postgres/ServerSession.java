package io.holdfast.postgres;

import io.holdfast.postgres.session.JdbcSession;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One direct SQL connection, with search_path pg_catalog, time-outs off and keep-alives on. Not
 * thread-safe. Failures are {@link PostgresException}s that name the server and what was asked.
 */
public interface ServerSession extends AutoCloseable {
  static ServerSession connect(ConnectionSettings settings) {
    return JdbcSession.connect(settings);
  }

  ServerFacts facts();

  boolean inRecovery();

  Instant serverTime();

  /** When the server was started last, by its own clock. */
  Instant startedAt();

  /** Insert position of a primary, replay position of a standby. */
  Lsn currentLsn();

  /** All of pg_settings whose source is not a built-in default, and those recovery depends on. */
  List<Setting> settings();

  Optional<String> setting(String name);

  List<Tablespace> tablespaces();

  List<Database> databases();

  /** Extensions of the connected database, name to version. */
  Map<String, String> extensions();

  /**
   * What stands in the way of backing up from here, each with the SQL or the line that mends it.
   */
  List<Requirement> missingRequirements(String slot);

  /** What else stands in the way of reading the server's files through it: {@link ClusterFiles}. */
  List<Requirement> missingForFiles();

  /** What else should be known of a server whose WAL and databases are to be kept. */
  ServerHealth health();

  /** Tells this server, from its last start on, from every other: one text in all its sessions. */
  String serverRun();

  /**
   * Starts an online backup in this session, which must stay open until its end.
   *
   * @param fast checkpoint at once instead of spreading it
   */
  OnlineBackup startBackup(String label, boolean fast);

  /** Writes a named restore point and returns its LSN. Primary only. */
  Lsn createRestorePoint(String name);

  /**
   * Blocks of main forks, chosen at random, of which the server's own WAL summaries say that they
   * were changed; of those summaries of the timeline that lie between the two places. Empty if
   * there are none: before 17, and where summarize_wal is off.
   */
  List<SummarizedBlock> summarizedBlocks(int timeline, Lsn from, Lsn to, int most);

  /** Ends the segment under way. Primary only. */
  Lsn switchWal();

  @Override
  void close();

  /**
   * @param pendingRestart set in the file, not yet in force
   */
  record Setting(String name, String value, String unit, String source, boolean pendingRestart) {}

  /** Object ids and block number as the server has them, within the fork. */
  record SummarizedBlock(int tablespace, int database, long relation, long block) {}

  /**
   * @param location "" for those inside the data directory
   */
  record Tablespace(int oid, String name, String location) {}

  /**
   * @param collationVersion of the operating system's or ICU's collation that its indexes were
   *     built with; "" if the server does not record one (before 15, or collation C)
   * @param tablespace oid of its default one, where most of its files are
   */
  record Database(
      int oid,
      String name,
      String encoding,
      String collate,
      String collationVersion,
      long size,
      int tablespace) {}

  /**
   * @param severe whether a backup is impossible without it
   */
  record Requirement(Lack lack, String what, String fix, boolean severe) {}

  /** What a server can lack. */
  enum Lack {
    WAL_LEVEL,
    WAL_SENDERS,
    REPLICATION_SLOTS,
    FULL_PAGE_WRITES,
    FSYNC,
    CHECKSUMS,
    MAY_REPLICATE,
    MAY_SEE_SETTINGS,
    MAY_BACK_UP,
    MAY_MARK_WAL,
    MAY_READ_FILES,
    MAY_READ_ALL,
    SLOT,
    FREE_SLOT,
    PHYSICAL_SLOT,
    WHOLE_SLOT,
    REPLICATION_CONNECTION
  }
}
