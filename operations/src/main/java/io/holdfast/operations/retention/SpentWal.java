package io.holdfast.operations.retention;

import io.holdfast.operations.changes.SummaryStore;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalItem;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.ClusterArchive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The WAL of one server, and the summaries of what it changed, that no backup needs. Holds eight
 * bytes for each segment.
 */
final class SpentWal {
  private final WalArchive archive;
  private final SummaryStore summaries;
  private final WalFloor floor;

  /** Numbers by timeline, ascending as they were listed. */
  private final Map<Integer, LongStream.Builder> segments = new TreeMap<>(Integer::compareUnsigned);

  private final Map<Integer, LongStream.Builder> summarised =
      new TreeMap<>(Integer::compareUnsigned);

  /** Parts, and what PostgreSQL archives besides: few. */
  private final List<WalItem> others = new ArrayList<>();

  private long bytes;
  private long count;

  private SpentWal(ClusterArchive cluster, WalFloor floor) {
    this.archive = WalArchive.of(cluster, floor.systemIdentifier(), floor.segmentSize());
    this.summaries = new SummaryStore(cluster, floor.systemIdentifier());
    this.floor = floor;
  }

  /** Called now and then while a lot is removed. */
  interface Fence {
    void ensureHeld();
  }

  static SpentWal find(ClusterArchive cluster, WalFloor floor) {
    SpentWal spent = new SpentWal(cluster, floor);
    spent.archive.list(spent::look);
    spent.summaries.list(
        floor.segmentSize(),
        segment -> {
          if (floor.isBelow(segment)) {
            note(spent.summarised, segment);
          }
        });
    return spent;
  }

  private void look(WalItem item) {
    if (!floor.isBelow(item)) {
      return;
    }
    bytes += item.storedBytes();
    count++;
    if (item instanceof WalItem.Segment s) {
      note(segments, s.segment());
    } else {
      others.add(item);
    }
  }

  private static void note(Map<Integer, LongStream.Builder> into, WalSegment segment) {
    into.computeIfAbsent(segment.timeline(), t -> LongStream.builder()).add(segment.number());
  }

  /** Objects of WAL; summaries are not counted. */
  long count() {
    return count;
  }

  /** As they are stored. */
  long bytes() {
    return bytes;
  }

  /** Removes it, oldest first: killed in between, what is left has no hole. Once only. */
  void remove(Fence fence) {
    long[] done = {0};
    Runnable step =
        () -> {
          if (done[0]++ % 500 == 0) {
            fence.ensureHeld();
          }
        };
    others.forEach(item -> {
      step.run();
      archive.remove(item);
    });
    segments.forEach((timeline, numbers) ->
        numbers
            .build()
            .forEach(number -> {
              step.run();
              archive.remove(new WalItem.Segment(segment(timeline, number), 0));
            }));
    summarised.forEach((timeline, numbers) ->
        numbers
            .build()
            .forEach(number -> {
              step.run();
              summaries.remove(segment(timeline, number));
            }));
  }

  private WalSegment segment(int timeline, long number) {
    return new WalSegment(timeline, number, floor.segmentSize());
  }
}
