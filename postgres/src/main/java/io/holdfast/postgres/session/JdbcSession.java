package io.holdfast.postgres.session;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.ServerSession;

/** Stub. */
public final class JdbcSession {
  private JdbcSession() {}

  public static ServerSession connect(ConnectionSettings settings) {
    throw new UnsupportedOperationException("stub");
  }
}
