package io.holdfast.postgres;

import java.util.Optional;

/**
 * The server is between start and stop. Closing without stop aborts it: the server forgets it with
 * the session.
 */
public interface OnlineBackup extends AutoCloseable {
  /** The redo point from which a restore of this backup replays. */
  Lsn start();

  int timeline();

  /** Whether it was started on a standby. */
  boolean fromStandby();

  /**
   * Keeps the session alive and checks that the server still is what it was; call now and then.
   *
   * @throws PostgresException if the session ended or a standby was promoted: the backup is void
   */
  void check();

  /**
   * @throws PostgresException if the server says the backup is void
   */
  Stopped stop();

  @Override
  void close();

  /**
   * @param label {@code backup_label} byte for byte.
   * @param tablespaceMap likewise, if there is one
   */
  record Stopped(Lsn stop, int timeline, byte[] label, Optional<byte[]> tablespaceMap) {}
}
