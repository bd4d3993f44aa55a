package io.holdfast.operations.retention;

import io.holdfast.operations.wal.WalItem;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What WAL of one server no backup needs. Recovery from a backup reads WAL from the backup's start
 * on, on whichever timelines, and positions only grow along a path. So a segment that ends before
 * the earliest start of all backups is needed by none of them, whatever timelines they are of. A
 * timeline that is newer than every backup may hold positions before that start all the same, and
 * the next backup: it is left alone.
 *
 * @param earliest the segment that holds the earliest start
 * @param newestTimeline of all backups
 */
record WalFloor(long systemIdentifier, WalSegment earliest, int newestTimeline) {
  /**
   * Of every server that has a backup. A server whose backups are of segments of different sizes
   * has none until they agree: by their names alone such segments cannot be told apart.
   */
  static List<WalFloor> of(List<WalNeed> backups) {
    Map<Long, List<WalNeed>> servers = new LinkedHashMap<>();
    for (WalNeed each : backups) {
      servers.computeIfAbsent(each.systemIdentifier(), s -> new ArrayList<>()).add(each);
    }
    return servers.values().stream()
        .filter(own -> own.stream().map(WalNeed::segmentSize).distinct().count() == 1)
        .map(WalFloor::ofOne)
        .toList();
  }

  private static WalFloor ofOne(List<WalNeed> backups) {
    WalNeed any = backups.getFirst();
    Lsn start = backups.stream().map(WalNeed::start).min(Comparator.naturalOrder()).orElseThrow();
    int newest =
        backups.stream().map(WalNeed::timeline).max(Integer::compareUnsigned).orElseThrow();
    return new WalFloor(
        any.systemIdentifier(), WalSegment.holding(1, start, any.segmentSize()), newest);
  }

  int segmentSize() {
    return earliest.size();
  }

  boolean isBelow(WalItem item) {
    return switch (item) {
      case WalItem.Segment s -> isBelow(s.segment());
      case WalItem.Part p -> isBelow(p.segment());
      case WalItem.Other o ->
          WalSegment.parse(o.name().substring(0, 24), segmentSize())
              .filter(this::isBelow)
              .isPresent();
      case WalItem.History h -> false;
    };
  }

  boolean isBelow(WalSegment segment) {
    return Integer.compareUnsigned(segment.timeline(), newestTimeline) <= 0
        && !segment.end().isAfter(earliest.start());
  }
}
