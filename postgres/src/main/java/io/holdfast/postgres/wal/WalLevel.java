package io.holdfast.postgres.wal;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Which records tell wal_level, and where in their data (pg_control.h, xlog_internal.h). */
final class WalLevel {
  private static final int CHECKPOINT_SHUTDOWN = 0x00;
  private static final int CHECKPOINT_ONLINE = 0x10;
  private static final int PARAMETER_CHANGE = 0x60;
  private static final int END_OF_RECOVERY = 0x90;
  private static final int CHECKPOINT_REDO = 0xE0;

  private static final int TOLD_OFTEN_SINCE = 17;
  private static final int IN_PARAMETERS = 20;
  private static final int IN_CHECKPOINT = 20;
  private static final int IN_END_OF_RECOVERY = 16;

  private WalLevel() {}

  /**
   * @return 0 minimal, 1 replica, 2 logical; empty if records of that kind do not tell
   * @throws IndexOutOfBoundsException if the data is shorter than its kind must be
   */
  static Optional<Integer> in(int operation, int majorVersion, ByteBuffer data) {
    if (operation == PARAMETER_CHANGE) {
      return Optional.of(data.getInt(IN_PARAMETERS));
    }
    if (majorVersion < TOLD_OFTEN_SINCE) {
      return Optional.empty();
    }
    return switch (operation) {
      case CHECKPOINT_SHUTDOWN, CHECKPOINT_ONLINE -> Optional.of(data.getInt(IN_CHECKPOINT));
      case END_OF_RECOVERY -> Optional.of(data.getInt(IN_END_OF_RECOVERY));
      case CHECKPOINT_REDO -> Optional.of(data.getInt(0));
      default -> Optional.empty();
    };
  }
}
