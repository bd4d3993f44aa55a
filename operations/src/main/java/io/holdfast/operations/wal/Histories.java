package io.holdfast.operations.wal;

import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.TimelineHistory;
import java.util.Optional;

/** Brings history files from the server into the archive, before the WAL that needs them. */
record Histories(WalArchive archive) {
  /** The path to a timeline, as the server tells it; archived with those of its ancestors. */
  TimelineHistory archive(ReplicationSession session, int timeline) {
    if (timeline == 1) {
      return TimelineHistory.root(1);
    }
    Optional<byte[]> content = session.timelineHistory(timeline);
    if (content.isEmpty()) {
      return TimelineHistory.root(timeline);
    }
    TimelineHistory path = TimelineHistory.parse(timeline, content.get());
    archive.putHistory(timeline, content.get());
    for (TimelineHistory.Ancestor ancestor : path.ancestors()) {
      archiveAncestor(session, ancestor.timeline());
    }
    return path;
  }

  /** The server may have lost an ancestor's file; the descendant's holds all that it said. */
  private void archiveAncestor(ReplicationSession session, int timeline) {
    if (timeline == 1 || archive.has(TimelineHistory.fileName(timeline))) {
      return;
    }
    try {
      session.timelineHistory(timeline).ifPresent(content -> archive.putHistory(timeline, content));
    } catch (PostgresException e) {
      return;
    }
  }
}
