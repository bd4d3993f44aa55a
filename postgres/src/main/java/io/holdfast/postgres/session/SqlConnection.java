package io.holdfast.postgres.session;

import io.holdfast.postgres.PostgresException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.jdbc.PgConnection;

/**
 * A connection set up for us: search_path pg_catalog (names cannot be shadowed), no time-outs (a
 * checkpoint may take minutes), no parallel workers (backup functions must run in the session's own
 * process). Every statement is a transaction of its own. Not thread-safe.
 */
public final class SqlConnection {
  private static final String SET_UP =
      "SET search_path = pg_catalog; SET statement_timeout = 0; SET lock_timeout = 0;"
          + " SET idle_in_transaction_session_timeout = 0; SET idle_session_timeout = 0;"
          + " SET max_parallel_workers_per_gather = 0";
  private static final int ROWS_AT_A_TIME = 2000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int TRANSACTION_TIMEOUT_SINCE = 17;

  private final Connection connection;
  private final String server;

  private SqlConnection(Connection connection, String server) {
    this.connection = connection;
    this.server = server;
  }

  public static SqlConnection open(Connector connector) {
    return setUp(connector.open(), connector, SET_UP);
  }

  /**
   * A connection that can only read, for large answers: they come in binary, and one that does not
   * come in time is a failure.
   */
  public static SqlConnection openReading(Connector connector) {
    Map<String, String> properties =
        Map.of("prepareThreshold", "-1", "socketTimeout", Long.toString(PATIENCE.toSeconds()));
    return setUp(
        connector.open(Connector.APPLICATION + "-reader", properties),
        connector,
        SET_UP + "; SET default_transaction_read_only = on");
  }

  private static SqlConnection setUp(Connection connection, Connector connector, String setUp) {
    SqlConnection made = new SqlConnection(connection, connector.description());
    try (Statement statement = connection.createStatement()) {
      statement.execute(setUp);
      if (connection.getMetaData().getDatabaseMajorVersion() >= TRANSACTION_TIMEOUT_SINCE) {
        statement.execute("SET transaction_timeout = 0");
      }
      return made;
    } catch (SQLException e) {
      made.close();
      throw ServerError.of("set up a session with " + connector.description(), e, null);
    }
  }

  public String server() {
    return server;
  }

  /** The server's process that the connection was opened to, as it said at the beginning. */
  public int backendPid() {
    return ((PgConnection) connection).getBackendPID();
  }

  /** Statements that give nothing back. */
  public void execute(String attempt, String statements) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw ServerError.of(attempt + " on " + server, e, hint(e));
    }
  }

  /** Exactly one row. */
  public <T> T one(String attempt, String query, Row<T> reader, Object... parameters) {
    List<T> rows = list(attempt, query, reader, parameters);
    if (rows.size() != 1) {
      throw new PostgresException(
          "could not " + attempt + " on " + server + ": expected one row, found " + rows.size(),
          null,
          null);
    }
    return rows.getFirst();
  }

  public <T> List<T> list(String attempt, String query, Row<T> reader, Object... parameters) {
    try {
      return list(query, reader, parameters);
    } catch (SQLException e) {
      throw ServerError.of(attempt + " on " + server, e, hint(e));
    }
  }

  /** Likewise, for callers that have more to say about a failure. */
  <T> List<T> list(String query, Row<T> reader, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        List<T> rows = new ArrayList<>();
        while (result.next()) {
          rows.add(reader.read(result));
        }
        return rows;
      }
    }
  }

  /** Hands over each row as it comes, few at a time, in one transaction. */
  public void each(String attempt, String query, RowSink sink, Object... parameters) {
    try {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(query)) {
        statement.setFetchSize(ROWS_AT_A_TIME);
        for (int i = 0; i < parameters.length; i++) {
          statement.setObject(i + 1, parameters[i]);
        }
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            sink.take(result);
          }
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      endTransaction();
      throw ServerError.of(attempt + " on " + server, e, hint(e));
    }
  }

  /** So that whoever lives with the failure can go on asking. */
  private void endTransaction() {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      // The connection is gone, as the failure says.
    }
  }

  /** A parameter of many values. */
  public Array array(String type, Object... values) {
    try {
      return connection.createArrayOf(type, values);
    } catch (SQLException e) {
      throw ServerError.of("prepare a question to " + server, e, hint(e));
    }
  }

  /** Reads one row. */
  public interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Takes one row. */
  public interface RowSink {
    void take(ResultSet row) throws SQLException;
  }

  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone either way.
    }
  }

  /** Likewise, while another thread waits for an answer: has the server stop working on it. */
  public void abort() {
    try {
      ((PgConnection) connection).cancelQuery();
    } catch (SQLException e) {
      // Then it ends when it sees that nobody takes the answer.
    }
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is gone either way.
    }
  }

  private static @org.jspecify.annotations.Nullable String hint(SQLException e) {
    return switch (String.valueOf(e.getSQLState())) {
      case "42501" ->
          "The role lacks a grant; 'holdfast doctor' and 'holdfast init' print the exact SQL.";
      case "55P03" ->
          "Somebody holds a lock that keeps others from reading: look in pg_locks, or try when nobody"
              + " alters tables.";
      case "08000", "08003", "08006", "57P01", "57P02" ->
          "The connection was lost: see the server's log.";
      default -> null;
    };
  }
}
