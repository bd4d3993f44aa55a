package io.holdfast.postgres.dump;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DumpSource;
import io.holdfast.postgres.ServerSession;
import io.holdfast.postgres.session.Connector;
import io.holdfast.postgres.session.JdbcSession;
import io.holdfast.postgres.session.ServerText;
import io.holdfast.postgres.session.SqlConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Asks over pgjdbc. */
public final class JdbcSource implements DumpSource {
  private final SqlConnection sql;

  private JdbcSource(SqlConnection sql) {
    this.sql = sql;
  }

  public static DumpSource connect(ConnectionSettings connection) {
    return new JdbcSource(SqlConnection.open(new Connector(connection)));
  }

  @Override
  public Facts facts() {
    boolean identified = yes("has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')");
    return sql.one(
        "read the server's identity",
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'), "
            + (identified ? "(SELECT system_identifier FROM pg_control_system())" : "NULL")
            + ", pg_is_in_recovery(), pg_backend_pid()",
        row ->
            new Facts(
                row.getInt(1),
                row.getString(2),
                row.getObject(3) == null ? OptionalLong.empty() : OptionalLong.of(row.getLong(3)),
                row.getBoolean(4),
                row.getInt(5) != sql.backendPid()));
  }

  private boolean yes(String condition) {
    return sql.one("ask what the role may do", "SELECT " + condition, row -> row.getBoolean(1));
  }

  @Override
  public List<Database> databases() {
    return sql.list(
        "list the databases",
        "SELECT "
            + ServerText.bytes("datname")
            + ", datistemplate, datallowconn AND datconnlimit <> -2,"
            + " has_database_privilege(oid, 'CONNECT'),"
            + " CASE WHEN has_database_privilege(oid, 'CONNECT')"
            + " OR pg_has_role('pg_read_all_stats', 'USAGE') THEN pg_database_size(oid) ELSE 0 END"
            + " FROM pg_database ORDER BY datname COLLATE \"C\"",
        row ->
            new Database(
                ServerText.read(row, 1),
                row.getBoolean(2),
                row.getBoolean(3),
                row.getBoolean(4),
                row.getLong(5)));
  }

  @Override
  public boolean mayReadPasswords() {
    return yes("has_table_privilege('pg_catalog.pg_authid', 'SELECT')");
  }

  @Override
  public int freeSessions() {
    return sql.one(
        "count the sessions",
        "SELECT CASE WHEN rolconnlimit < 0 THEN free ELSE least(free, rolconnlimit - mine) END"
            + " FROM (SELECT current_setting('max_connections')::int -"
            + " CASE WHEN r.rolsuper THEN 0 ELSE"
            + " current_setting('superuser_reserved_connections')::int END - used.n AS free,"
            + " used.mine, r.rolconnlimit FROM pg_roles r,"
            + " (SELECT count(*)::int AS n, count(*) FILTER (WHERE usesysid ="
            + " (SELECT oid FROM pg_roles WHERE rolname = current_user))::int AS mine"
            + " FROM pg_stat_activity WHERE usesysid IS NOT NULL)"
            + " used WHERE r.rolname = current_user) f",
        row -> row.getInt(1));
  }

  @Override
  public List<ServerSession.Setting> settings() {
    return JdbcSession.settings(sql);
  }

  @Override
  public List<RoleSetting> roleSettings() {
    return sql.list(
        "read the settings of roles and databases",
        "SELECT coalesce(r.rolname::text, ''), coalesce(d.datname::text, ''), s.setconfig"
            + " FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole"
            + " LEFT JOIN pg_database d ON d.oid = s.setdatabase ORDER BY 2, 1",
        row ->
            new RoleSetting(
                row.getString(1),
                row.getString(2),
                List.of((String[]) row.getArray(3).getArray())));
  }

  @Override
  public List<SettingsFile> settingsFiles(Consumer<String> lacking) {
    if (!yes("has_function_privilege('pg_catalog.pg_read_binary_file(text)', 'EXECUTE')")
        || !yes("pg_has_role('pg_read_all_settings', 'USAGE')")
        || !yes(
            "pg_has_role('pg_read_server_files', 'USAGE') OR"
                + " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")) {
      lacking.accept(
          "postgresql.conf, pg_hba.conf and pg_ident.conf: the role may not read the server's files");
      return List.of();
    }
    List<SettingsFile> files = new ArrayList<>();
    locations()
        .forEach((location, setting) -> {
          try {
            files.add(new SettingsFile(setting, location, read(location)));
          } catch (RuntimeException e) {
            lacking.accept(location + ": " + e.getMessage());
          }
        });
    return files;
  }

  private Map<String, String> locations() {
    Map<String, String> locations = new LinkedHashMap<>();
    for (String setting : List.of("config_file", "hba_file", "ident_file")) {
      sql.list(
          "ask for " + setting,
          "SELECT setting FROM pg_settings WHERE name = ? AND setting <> ''",
          row -> locations.put(row.getString(1), setting) == null,
          setting);
    }
    sql.list(
        "ask where settings come from",
        "SELECT DISTINCT sourcefile FROM pg_settings WHERE sourcefile IS NOT NULL ORDER BY 1",
        row -> locations.putIfAbsent(row.getString(1), "include") == null);
    return locations;
  }

  private byte[] read(String location) {
    return sql.one(
        "read " + location, "SELECT pg_read_binary_file(?)", row -> row.getBytes(1), location);
  }

  @Override
  public void endSessions(String applicationName) {
    sql.list(
        "end the sessions " + applicationName,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ?"
            + " AND usename = current_user AND pid <> pg_backend_pid()",
        row -> row.getBoolean(1),
        applicationName);
  }

  @Override
  public void close() {
    sql.close();
  }
}
