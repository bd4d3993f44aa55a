package io.holdfast.postgres.session;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.OnlineBackup;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerFacts;
import io.holdfast.postgres.ServerHealth;
import io.holdfast.postgres.ServerSession;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A session over pgjdbc. */
public final class JdbcSession implements ServerSession {
  /** Recovery compares these with what the WAL says, or a restore needs them to judge. */
  private static final String ALWAYS_TOLD =
      "'max_connections','max_worker_processes','max_wal_senders','max_prepared_transactions',"
          + "'max_locks_per_transaction','wal_level','wal_segment_size','wal_log_hints',"
          + "'data_checksums','block_size','segment_size','full_page_writes','server_version',"
          + "'shared_preload_libraries','config_file','hba_file','ident_file','data_directory',"
          + "'archive_mode','server_encoding','max_slot_wal_keep_size','hot_standby'";

  /** As {@link #serverRun}. */
  public static final String SERVER_RUN =
      "SELECT system_identifier || ' ' || extract(epoch FROM pg_postmaster_start_time())"
          + " FROM pg_control_system()";

  private static final String SETTINGS =
      "SELECT name, "
          + ServerText.bytes("setting")
          + ", coalesce(unit, ''), source, pending_restart FROM pg_settings WHERE name IN ("
          + ALWAYS_TOLD
          + ") OR source NOT IN ('default', 'session', 'client', 'interactive', 'test')"
          + " ORDER BY name";

  private static final int DATABASE_ATTEMPTS = 20;

  private final ConnectionSettings settings;
  private final SqlConnection sql;

  private JdbcSession(ConnectionSettings settings, SqlConnection sql) {
    this.settings = settings;
    this.sql = sql;
  }

  public static ServerSession connect(ConnectionSettings settings) {
    return new JdbcSession(settings, SqlConnection.open(new Connector(settings)));
  }

  @Override
  public ServerFacts facts() {
    return sql.one(
        "read the server's identity",
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
            + " (SELECT system_identifier FROM pg_control_system()),"
            + ServerText.bytes("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
            + ","
            + " (SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size'),"
            + " current_setting('data_checksums') = 'on', current_setting('port')::int",
        row ->
            new ServerFacts(
                row.getInt(1),
                row.getString(2),
                row.getLong(3),
                ServerText.read(row, 4),
                row.getInt(5),
                row.getBoolean(6),
                row.getInt(7)));
  }

  @Override
  public boolean inRecovery() {
    return sql.one(
        "ask whether the server is in recovery",
        "SELECT pg_is_in_recovery()",
        row -> row.getBoolean(1));
  }

  @Override
  public Instant serverTime() {
    return time("read the server's clock", "SELECT clock_timestamp()");
  }

  @Override
  public Instant startedAt() {
    return time("ask since when the server runs", "SELECT pg_postmaster_start_time()");
  }

  private Instant time(String attempt, String query) {
    return sql.one(attempt, query, row -> row.getObject(1, OffsetDateTime.class).toInstant());
  }

  @Override
  public Lsn currentLsn() {
    return sql.one(
        "read the WAL position",
        "SELECT CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_replay_lsn(), '0/0')"
            + " ELSE pg_current_wal_insert_lsn() END::text",
        row -> Lsn.parse(row.getString(1)));
  }

  @Override
  public List<Setting> settings() {
    return settings(sql);
  }

  /** As {@link ServerSession#settings}. */
  public static List<Setting> settings(SqlConnection sql) {
    return sql.list(
        "read the settings",
        SETTINGS,
        row ->
            new Setting(
                row.getString(1),
                SettingSecrets.masked(row.getString(1), ServerText.read(row, 2)),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5)));
  }

  @Override
  public Optional<String> setting(String name) {
    return sql
        .list(
            "read the setting " + name,
            "SELECT " + ServerText.bytes("setting") + " FROM pg_settings WHERE name = lower(?)",
            row -> SettingSecrets.masked(name, ServerText.read(row, 1)),
            name)
        .stream()
        .findFirst();
  }

  @Override
  public List<Tablespace> tablespaces() {
    return sql.list(
        "list the tablespaces",
        "SELECT oid::int, "
            + ServerText.bytes("spcname")
            + ", "
            + ServerText.bytes(
                "CASE WHEN starts_with(pg_tablespace_location(oid), '/')"
                    + " THEN pg_tablespace_location(oid) END")
            + " FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY oid",
        row -> new Tablespace(row.getInt(1), ServerText.read(row, 2), ServerText.read(row, 3)));
  }

  /**
   * A database that is dropped while its size is taken fails the whole question (dbsize.c): then it
   * is asked again.
   */
  @Override
  public List<Database> databases() {
    for (int attempt = 1; ; attempt++) {
      try {
        return databasesNow();
      } catch (PostgresException e) {
        boolean dropped =
            e.getCause() instanceof SQLException cause && "3D000".equals(cause.getSQLState());
        if (!dropped || attempt == DATABASE_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private List<Database> databasesNow() {
    String collationVersion = facts().major() >= 15 ? "coalesce(datcollversion, '')" : "''";
    return sql.list(
        "list the databases",
        "SELECT oid::int, "
            + ServerText.bytes("datname")
            + ", pg_encoding_to_char(encoding), datcollate, "
            + collationVersion
            + ", CASE WHEN has_database_privilege(oid, 'CONNECT')"
            + " OR pg_has_role('pg_read_all_stats', 'USAGE') THEN pg_database_size(oid) ELSE 0 END,"
            + " dattablespace::int"
            + " FROM pg_database ORDER BY oid",
        row ->
            new Database(
                row.getInt(1),
                ServerText.read(row, 2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                row.getInt(7)));
  }

  @Override
  public Map<String, String> extensions() {
    Map<String, String> found = new TreeMap<>();
    sql.list(
        "list the extensions",
        "SELECT extname, extversion FROM pg_extension",
        row -> found.put(row.getString(1), row.getString(2)) == null);
    return found;
  }

  @Override
  public List<Requirement> missingRequirements(String slot) {
    return new Requirements(sql, settings, facts().major()).missing(slot);
  }

  @Override
  public List<Requirement> missingForFiles() {
    return FileGrants.missing(sql);
  }

  @Override
  public ServerHealth health() {
    return new HealthQueries(sql).ask();
  }

  @Override
  public String serverRun() {
    return sql.one("tell this run of the server from others", SERVER_RUN, row -> row.getString(1));
  }

  @Override
  public OnlineBackup startBackup(String label, boolean fast) {
    return JdbcBackup.start(sql, facts().major(), label, fast);
  }

  @Override
  public Lsn createRestorePoint(String name) {
    return sql.one(
        "create the restore point " + name,
        "SELECT pg_create_restore_point(?)::text",
        row -> Lsn.parse(row.getString(1)),
        name);
  }

  @Override
  public List<SummarizedBlock> summarizedBlocks(int timeline, Lsn from, Lsn to, int most) {
    if (facts().major() < 17) {
      return List.of();
    }
    return sql.list(
        "read the WAL summaries",
        "SELECT c.reltablespace::int, c.reldatabase::int, c.relfilenode::bigint, c.relblocknumber"
            + " FROM pg_available_wal_summaries() s,"
            + " LATERAL pg_wal_summary_contents(s.tli, s.start_lsn, s.end_lsn) c"
            + " WHERE s.tli = ?::bigint AND s.start_lsn >= ?::pg_lsn AND s.end_lsn <= ?::pg_lsn"
            + " AND c.relforknumber = 0 AND NOT c.is_limit_block"
            + " ORDER BY random() LIMIT ?::int",
        row -> new SummarizedBlock(row.getInt(1), row.getInt(2), row.getLong(3), row.getLong(4)),
        String.valueOf(timeline),
        from.toString(),
        to.toString(),
        String.valueOf(most));
  }

  @Override
  public Lsn switchWal() {
    return sql.one(
        "end the WAL segment", "SELECT pg_switch_wal()::text", row -> Lsn.parse(row.getString(1)));
  }

  @Override
  public void close() {
    sql.close();
  }
}
