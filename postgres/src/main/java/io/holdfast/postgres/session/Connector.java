package io.holdfast.postgres.session;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PostgresException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.util.PSQLException;

/** Opens connections with pgjdbc and says clearly why not. */
public final class Connector {
  public static final String APPLICATION = "holdfast";
  private static final int OLDEST = 14;
  private static final int NEWEST = 18;

  private final ConnectionTarget target;

  public Connector(ConnectionSettings settings) {
    this(settings, System.getenv());
  }

  Connector(ConnectionSettings settings, Map<String, String> environment) {
    target = ConnectionTarget.resolve(settings, environment);
  }

  /** For messages; holds no secret. */
  public String description() {
    return target.description();
  }

  /** A plain connection. */
  public Connection open() {
    return open(target.applicationName().orElse(APPLICATION), Map.of());
  }

  /**
   * @param driverProperties above all others
   * @throws PostgresException naming the server and the next step
   */
  public Connection open(String applicationName, Map<String, String> driverProperties) {
    Properties properties = target.properties();
    properties.setProperty("ApplicationName", applicationName);
    properties.putAll(driverProperties);
    try {
      Connection connection =
          Optional.ofNullable(new Driver().connect("jdbc:postgresql://", properties))
              .orElseThrow(() -> new SQLException("the driver did not take the address"));
      refuseUnknownVersion(connection);
      return connection;
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private void refuseUnknownVersion(Connection connection) throws SQLException {
    int major = connection.getMetaData().getDatabaseMajorVersion();
    if (major < OLDEST || major > NEWEST) {
      connection.close();
      throw new PostgresException(
          String.format(
              Locale.ROOT,
              "could not work with %s: expected PostgreSQL %d to %d, found %d",
              description(),
              OLDEST,
              NEWEST,
              major),
          major > NEWEST ? "A newer Holdfast may know it." : "Upgrade the server.",
          null);
    }
  }

  private PostgresException failed(SQLException e) {
    return new PostgresException(
        "could not connect to " + description() + ": " + ServerError.text(e), hint(e), e);
  }

  /** The server has one state for two refusals; the place it was said at is in no language. */
  private static boolean aboutRole(SQLException e) {
    return e instanceof PSQLException told
        && told.getServerErrorMessage() != null
        && "InitializeSessionUserId".equals(told.getServerErrorMessage().getRoutine());
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private String hint(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return switch (state) {
      case "08001", "08006" ->
          target.socket().isPresent()
              ? "Is the server running, and is " + target.socket().get() + " its socket?"
              : "Is the server running, does listen_addresses name this address, and is a firewall"
                  + " between?";
      // 08004 is the driver's own, when it has nothing to answer with.
      case "28P01", "08004" -> target.passwordAdvice();
      case "28000" ->
          aboutRole(e)
              ? "Create it and let it log in: CREATE ROLE "
                  + quoted(target.user())
                  + " LOGIN. 'holdfast doctor' then says what else it needs."
              : "Add a line for this user, database and address to pg_hba.conf and reload the server. "
                  + target.passwordAdvice();
      case "3D000" -> "Name a database that exists: dbname=postgres.";
      case "53300" -> "Raise max_connections or max_wal_senders, or close other sessions.";
      case "57P03" -> "The server is starting up, stopping, or in recovery without hot_standby.";
      default -> "Check the connection with: psql '<the same connection string>'.";
    };
  }
}
