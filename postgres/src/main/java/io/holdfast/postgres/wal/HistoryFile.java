package io.holdfast.postgres.wal;

import io.holdfast.postgres.TimelineHistory;

/** Stub. */
public final class HistoryFile {
  private HistoryFile() {}

  public static TimelineHistory parse(int timeline, byte[] content) {
    throw new UnsupportedOperationException("stub");
  }
}
