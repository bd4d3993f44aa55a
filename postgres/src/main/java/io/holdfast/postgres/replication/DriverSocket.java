package io.holdfast.postgres.replication;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.jdbc.PgConnection;

/**
 * Takes the socket out of a connection of pgjdbc, after which the driver may only close it. The one
 * place that touches the driver's inside: the protected field {@code QueryExecutorBase.pgStream}.
 * The driver's version is pinned, and a test fails if the field goes.
 */
final class DriverSocket {
  private DriverSocket() {}

  static Socket take(Connection connection) throws SQLException, IOException {
    PGStream stream = stream(connection);
    if (stream.isGssEncrypted()) {
      throw new IOException("replication over GSSAPI encryption is not supported: use TLS");
    }
    drain(stream);
    return stream.getSocket();
  }

  static int serverVersion(Connection connection) throws SQLException {
    return executor(connection).getServerVersionNum();
  }

  /** Notices and parameter changes that came unasked must not stay in the driver's buffer. */
  private static void drain(PGStream stream) throws IOException {
    while (stream.hasMessagePending()) {
      stream.receiveChar();
      stream.skip(stream.receiveInteger4() - 4);
    }
  }

  private static PGStream stream(Connection connection) throws SQLException {
    try {
      Field field = QueryExecutorBase.class.getDeclaredField("pgStream");
      field.setAccessible(true);
      return (PGStream) field.get(executor(connection));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this version of the PostgreSQL driver is built differently: QueryExecutorBase.pgStream",
          e);
    }
  }

  private static QueryExecutor executor(Connection connection) throws SQLException {
    return ((PgConnection) connection.unwrap(PGConnection.class)).getQueryExecutor();
  }
}
