package io.holdfast.postgres;

import java.util.List;
import java.util.Optional;

/**
 * The content of {@code <timeline>.history}: the ancestors of a timeline, oldest first, and where
 * each was left. Timeline 1 has none and needs none.
 */
public record TimelineHistory(int timeline, List<Ancestor> ancestors) {
  /**
   * @param end where the ancestor was left: its child's WAL begins there
   */
  public record Ancestor(int timeline, Lsn end, String reason) {}

  public TimelineHistory {
    ancestors = List.copyOf(ancestors);
  }

  /** A timeline without ancestors. */
  public static TimelineHistory root(int timeline) {
    return new TimelineHistory(timeline, List.of());
  }

  /**
   * @throws PostgresException if the text is not a history file of that timeline
   */
  public static TimelineHistory parse(int timeline, byte[] content) {
    return io.holdfast.postgres.wal.HistoryFile.parse(timeline, content);
  }

  /** {@code 00000002.history} */
  public String fileName() {
    return fileName(timeline);
  }

  public static String fileName(int timeline) {
    return String.format("%08X.history", timeline);
  }

  /** The timeline that holds the byte at {@code lsn}, on the path that ends in this one. */
  public int timelineAt(Lsn lsn) {
    for (Ancestor ancestor : ancestors) {
      if (lsn.isBefore(ancestor.end())) {
        return ancestor.timeline();
      }
    }
    return timeline;
  }

  /** Where {@code of} ends on this path; empty for the last one and for those not on the path. */
  public Optional<Lsn> endOf(int of) {
    return ancestors.stream().filter(a -> a.timeline() == of).map(Ancestor::end).findFirst();
  }

  /** Whether {@code other} is this timeline or an ancestor of it. */
  public boolean passesThrough(int other) {
    return other == timeline || endOf(other).isPresent();
  }
}
