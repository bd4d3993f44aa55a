package io.holdfast.postgres.session;

import io.holdfast.postgres.ServerHealth;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks for {@link ServerHealth}: catalog and statistics alone, nothing that takes long. */
final class HealthQueries {
  private static final String SETTINGS =
      "SELECT name, "
          + ServerText.bytes("setting")
          + " FROM pg_settings WHERE name IN ('archive_mode', 'archive_command',"
          + " 'archive_library', 'max_slot_wal_keep_size', 'max_connections', 'wal_keep_size')";

  private static final String SLOTS =
      "SELECT "
          + ServerText.bytes("slot_name::text")
          + ", slot_type = 'logical', active, coalesce(wal_status, ''),"
          + " pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery()"
          + " THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())"
          + " ELSE pg_current_wal_lsn() END, restart_lsn)::bigint"
          + " FROM pg_replication_slots WHERE NOT temporary ORDER BY slot_name";

  private final SqlConnection sql;

  HealthQueries(SqlConnection sql) {
    this.sql = sql;
  }

  ServerHealth ask() {
    return new ServerHealth(settings(), role(), database(), slots(), archiver(), pooled());
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    sql.list(
        "read the settings for WAL",
        SETTINGS,
        row -> {
          String name = row.getString(1);
          return settings.put(name, SettingSecrets.masked(name, ServerText.read(row, 2))) == null;
        });
    return settings;
  }

  private ServerHealth.Role role() {
    return sql.one(
        "ask what the role may do",
        "SELECT "
            + ServerText.bytes("quote_ident(current_user)")
            + ", rolsuper, rolbypassrls, pg_has_role('pg_read_all_data', 'USAGE')"
            + " FROM pg_roles WHERE rolname = current_user",
        row ->
            new ServerHealth.Role(
                ServerText.read(row, 1), row.getBoolean(2), row.getBoolean(3), row.getBoolean(4)));
  }

  private ServerHealth.Connected database() {
    return sql.one(
        "look at the tables of the database",
        "SELECT "
            + ServerText.bytes("current_database()::text")
            + ", count(*) FILTER (WHERE relrowsecurity),"
            + " count(*) FILTER (WHERE relpersistence = 'u')"
            + " FROM pg_class WHERE relkind IN ('r', 'p')",
        row -> new ServerHealth.Connected(ServerText.read(row, 1), row.getLong(2), row.getLong(3)));
  }

  private List<ServerHealth.Slot> slots() {
    return sql.list(
        "look at the replication slots",
        SLOTS,
        row -> {
          long kept = row.getLong(5);
          boolean keepsNone = row.wasNull();
          return new ServerHealth.Slot(
              ServerText.read(row, 1),
              row.getBoolean(2),
              row.getBoolean(3),
              row.getString(4),
              keepsNone ? OptionalLong.empty() : OptionalLong.of(kept));
        });
  }

  private Optional<ServerHealth.Archiver> archiver() {
    return sql
        .list(
            "ask how archiving went",
            "SELECT last_archived_time, last_failed_time, coalesce(last_failed_wal, ''),"
                + " failed_count FROM pg_stat_archiver",
            row ->
                new ServerHealth.Archiver(
                    moment(row, 1), moment(row, 2), row.getString(3), row.getLong(4)))
        .stream()
        .findFirst();
  }

  private static Optional<Instant> moment(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /** A pool answers the start of a connection itself, with a number of its own for the process. */
  private boolean pooled() {
    return sql.one(
        "ask which process serves the connection",
        "SELECT pg_backend_pid()",
        row -> row.getInt(1) != sql.backendPid());
  }
}
