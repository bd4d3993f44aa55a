package io.holdfast.postgres.dump;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DumpTarget;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.session.Connector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Over pgjdbc; without time-outs, for an index can take hours. */
public final class JdbcTarget implements DumpTarget {
  private static final String SET_UP =
      "SET search_path = pg_catalog; SET statement_timeout = 0; SET lock_timeout = 0;"
          + " SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0;"
          + " SET standard_conforming_strings = on";

  private final Connection connection;
  private final String server;

  private JdbcTarget(Connection connection, String server) {
    this.connection = connection;
    this.server = server;
  }

  public static DumpTarget connect(ConnectionSettings settings) {
    Connector connector = new Connector(settings);
    JdbcTarget target = new JdbcTarget(connector.open(), connector.description());
    try {
      target.execute("set up a session", SET_UP);
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  @Override
  public Facts facts() {
    List<String> row =
        rows(
                "ask who the server is",
                "SELECT current_setting('server_version_num'), current_setting('server_version'),"
                    + " current_user::text, rolsuper::text, (rolsuper OR rolcreatedb)::text,"
                    + " pg_is_in_recovery()::text, (SELECT setting FROM pg_settings WHERE name ="
                    + " 'data_directory') FROM pg_roles WHERE rolname = current_user")
            .getFirst();
    return new Facts(
        Integer.parseInt(row.get(0)),
        row.get(1),
        row.get(2),
        row.get(3).equals("true"),
        row.get(4).equals("true"),
        row.get(5).equals("true"),
        Optional.of(row.get(6))
            .filter(path -> !path.isEmpty())
            .map(Path::of)
            .filter(path -> Files.isDirectory(path)));
  }

  @Override
  public boolean hasDatabase(String name) {
    return !rows("look for a database", "SELECT 1 FROM pg_database WHERE datname = ?", name)
        .isEmpty();
  }

  @Override
  public Set<String> roles() {
    return names("list the roles", "SELECT rolname FROM pg_roles");
  }

  @Override
  public Set<String> tablespaces() {
    return names("list the tablespaces", "SELECT spcname FROM pg_tablespace");
  }

  private Set<String> names(String attempt, String query) {
    Set<String> names = new HashSet<>();
    rows(attempt, query).forEach(row -> names.add(row.getFirst()));
    return names;
  }

  @Override
  public Map<String, String> availableExtensions() {
    Map<String, String> found = new HashMap<>();
    rows("list the extensions", "SELECT name, default_version FROM pg_available_extensions")
        .forEach(row -> found.put(row.get(0), row.get(1)));
    return found;
  }

  @Override
  public long userObjects() {
    String ours =
        " %s NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname ="
            + " 'information_schema') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = o.oid"
            + " AND d.deptype = 'e')";
    return Long.parseLong(
        rows(
                "look what the database holds",
                "SELECT ((SELECT count(*) FROM pg_class o WHERE"
                    + ours.formatted("relnamespace")
                    + ") + (SELECT count(*) FROM pg_proc o WHERE"
                    + ours.formatted("pronamespace")
                    + ") + (SELECT count(*) FROM pg_largeobject_metadata))::text")
            .getFirst()
            .getFirst());
  }

  @Override
  public void execute(String attempt, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed(attempt, e);
    }
  }

  @Override
  public void executeTogether(String attempt, List<String> statements) {
    try {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
        connection.commit();
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw failed(attempt, e);
    }
  }

  @Override
  public List<List<String>> rows(String attempt, String query, String... parameters) {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        List<List<String>> rows = new ArrayList<>();
        while (result.next()) {
          rows.add(row(result));
        }
        return rows;
      }
    } catch (SQLException e) {
      throw failed(attempt, e);
    }
  }

  private static List<String> row(ResultSet result) throws SQLException {
    List<String> row = new ArrayList<>();
    for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
      @Nullable String value = result.getString(column);
      row.add(value == null ? "" : value);
    }
    return row;
  }

  private PostgresException failed(String attempt, SQLException e) {
    return new PostgresException(
        "could not " + attempt + " on " + server + ": " + String.valueOf(e.getMessage()).strip(),
        "42501".equals(e.getSQLState())
            ? "The role lacks a right: restore as the owner of what is restored, or as a superuser."
            : null,
        e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone either way.
    }
  }
}
