package io.holdfast.postgres.session;

import io.holdfast.postgres.ConnectionSettings;

/** Stub. */
public final class ConnectionString {
  private ConnectionString() {}

  public static ConnectionSettings parse(String conninfo) {
    throw new UnsupportedOperationException("stub");
  }
}
