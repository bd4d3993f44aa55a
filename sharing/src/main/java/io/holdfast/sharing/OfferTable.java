package io.holdfast.sharing;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The table that the nodes share. Its columns are what db-scheduler 16 reads and writes; it is made
 * by the first node that comes.
 */
final class OfferTable {
  static final String NAME = "holdfast_offers";

  /** Nodes start together, and two that make one table at once fail. */
  private static final long LOCK = 0x686f6c6466617374L;

  private static final String MAKE =
      """
      CREATE TABLE IF NOT EXISTS %1$s (
        task_name text NOT NULL,
        task_instance text NOT NULL,
        task_data bytea,
        execution_time timestamptz NOT NULL,
        picked boolean NOT NULL,
        picked_by text,
        last_success timestamptz,
        last_failure timestamptz,
        consecutive_failures integer,
        last_heartbeat timestamptz,
        version bigint NOT NULL,
        priority smallint,
        PRIMARY KEY (task_name, task_instance));
      CREATE INDEX IF NOT EXISTS %1$s_due ON %1$s (execution_time);
      CREATE INDEX IF NOT EXISTS %1$s_alive ON %1$s (last_heartbeat)
      """
          .formatted(NAME);

  private OfferTable() {}

  /**
   * Makes it if it is missing.
   *
   * @param rescued the clusters by the system identifiers of their servers
   * @throws HoldfastException (usage) if the database lies in one of them
   * @throws SQLException if that cannot be found out, or done, now
   */
  static void prepare(DataSource database, String description, Map<Long, String> rescued)
      throws SQLException {
    try (Connection connection = database.getConnection()) {
      make(connection, description, rescued);
      connection.commit();
    }
  }

  /** As {@link #prepare}, but leaves nothing behind. */
  static void tryOut(Connection connection, String description, Map<Long, String> rescued)
      throws SQLException {
    make(connection, description, rescued);
    connection.rollback();
  }

  private static void make(Connection connection, String description, Map<Long, String> rescued)
      throws SQLException {
    refuseRescued(connection, description, rescued);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      statement.execute(MAKE);
    }
  }

  private static void refuseRescued(
      Connection connection, String description, Map<Long, String> rescued) throws SQLException {
    String cluster = rescued.get(systemIdentifier(connection));
    if (cluster != null) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "the database that nodes share, "
              + description
              + ", lies in the server of cluster '"
              + cluster
              + "': expected a server that is not backed up here",
          "When that server is down its rescue must not depend on it. Name another one below"
              + " 'service: nodes: connection'; without one, nodes share through the repository.");
    }
  }

  private static long systemIdentifier(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT system_identifier FROM pg_catalog.pg_control_system()");
        ResultSet result = statement.executeQuery()) {
      result.next();
      return result.getLong(1);
    }
  }
}
