package io.holdfast.postgres.replication;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.ReplicationSession;

/** Stub. */
public final class StreamingSession {
  private StreamingSession() {}

  public static ReplicationSession connect(ConnectionSettings settings, String applicationName) {
    throw new UnsupportedOperationException("stub");
  }
}
