package io.holdfast.postgres.wal;

/** Who wrote a record (rmgrlist.h), the same from 14 to 18. */
final class ResourceManagers {
  static final int XLOG = 0;
  static final int TRANSACTION = 1;
  static final int STORAGE = 2;
  static final int DATABASE = 4;

  static final int FIRST_CUSTOM = 128;

  private static final int LAST_BUILT_IN = 21;
  private static final int CUSTOM_SINCE = 15;

  private ResourceManagers() {}

  static boolean exists(int id, int majorVersion) {
    return id <= LAST_BUILT_IN || (id >= FIRST_CUSTOM && majorVersion >= CUSTOM_SINCE);
  }
}
