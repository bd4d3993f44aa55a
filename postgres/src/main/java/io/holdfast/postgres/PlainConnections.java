package io.holdfast.postgres;

import io.holdfast.postgres.session.Connector;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Connections for a library that wants to speak JDBC itself. Each is new and is closed by whoever
 * got it; none is waited for longer than the patience, whether it is opened or answers. Any thread.
 */
public final class PlainConnections implements DataSource {
  private final Connector connector;
  private final Map<String, String> properties;
  private final String application;

  private PlainConnections(Connector connector, String application, Duration patience) {
    this.connector = connector;
    this.application = application;
    String seconds = Long.toString(patience.toSeconds());
    this.properties =
        Map.of("connectTimeout", seconds, "loginTimeout", seconds, "socketTimeout", seconds);
  }

  /**
   * @param application what the server calls them
   */
  public static PlainConnections to(
      ConnectionSettings settings, String application, Duration patience) {
    return new PlainConnections(new Connector(settings), application, patience);
  }

  /** For messages; holds no secret. */
  public String description() {
    return connector.description();
  }

  /**
   * @throws SQLException whose message names the server
   */
  @Override
  public Connection getConnection() throws SQLException {
    try {
      return connector.open(application, properties);
    } catch (PostgresException e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("users are part of the connection string");
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public void setLogWriter(PrintWriter writer) {
    // Nothing is logged.
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("the patience is given when this is made");
  }

  @Override
  public int getLoginTimeout() {
    return Integer.parseInt(properties.getOrDefault("loginTimeout", "0"));
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("wraps nothing");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
