package io.holdfast.postgres;

import io.holdfast.postgres.replication.StreamingSession;
import java.util.Optional;

/** One physical replication connection. Not thread-safe. */
public interface ReplicationSession extends AutoCloseable {
  /**
   * @param applicationName as shown in pg_stat_replication and matched by synchronous_standby_names
   */
  static ReplicationSession connect(ConnectionSettings settings, String applicationName) {
    return StreamingSession.connect(settings, applicationName);
  }

  Identity identify();

  /** Empty if there is no such slot. */
  Optional<Slot> slot(String name);

  /** Creates a physical slot that keeps WAL from the last checkpoint's redo point on. */
  Slot createSlot(String name, boolean temporary);

  void dropSlot(String name);

  /** The history file of a timeline as the server keeps it; empty for timeline 1. */
  Optional<byte[]> timelineHistory(int timeline);

  int walSegmentSize();

  /**
   * Starts streaming. The session serves nothing else until the stream has ended.
   *
   * @throws WalRemovedException if the server no longer has that WAL
   */
  WalStream stream(Optional<String> slot, Lsn from, int timeline);

  @Override
  void close();

  record Identity(long systemIdentifier, int timeline, Lsn flushed, int versionNumber) {}

  /**
   * @param restart where the slot holds WAL from; empty if it never reserved any
   * @param lost whether the server has given it up ({@code wal_status}), as it does for
   *     max_slot_wal_keep_size and, from 18 on, idle_replication_slot_timeout: then nothing can be
   *     streamed with it ever again, whatever its position says
   */
  record Slot(String name, boolean active, Optional<Lsn> restart, boolean lost) {}
}
