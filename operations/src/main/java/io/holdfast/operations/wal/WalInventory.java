package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a WAL archive held when it was listed: ranges of every timeline, and how timelines descend
 * from each other. Immutable.
 *
 * @param segmentSize bytes
 * @param ranges by timeline, in unsigned order
 * @param histories of the timelines whose history file is there
 * @param segments whole ones
 * @param storedBytes of everything
 */
public record WalInventory(
    int segmentSize,
    SortedMap<Integer, List<WalRange>> ranges,
    Map<Integer, TimelineHistory> histories,
    long segments,
    long storedBytes) {

  static SortedMap<Integer, List<WalRange>> byTimeline() {
    return new TreeMap<>(Integer::compareUnsigned);
  }

  /** The path that ends in a timeline; without a history file, that timeline alone. */
  public TimelineHistory path(int timeline) {
    return histories.getOrDefault(timeline, TimelineHistory.root(timeline));
  }

  /** Timelines that no other one descends from: where recovery can end up. */
  public List<Integer> leaves() {
    return ranges.keySet().stream()
        .filter(t -> histories.values().stream().noneMatch(h -> h.endOf(t).isPresent()))
        .toList();
  }

  /**
   * What can be replayed along a path without holes, ascending: each timeline up to where it was
   * left; a child's first segment also stands for its parent's last one, of which it holds a copy.
   * The timeline of a returned range is the one at its end.
   */
  public List<WalRange> coverage(TimelineHistory path) {
    List<WalRange> pieces = new ArrayList<>();
    Lsn begin = new Lsn(0);
    for (TimelineHistory.Ancestor ancestor : path.ancestors()) {
      clip(ancestor.timeline(), begin, ancestor.end(), pieces);
      begin = WalSegment.holding(1, ancestor.end(), segmentSize).start();
    }
    clip(path.timeline(), begin, new Lsn(-1), pieces);
    pieces.sort(Comparator.comparing(WalRange::from).thenComparing(WalRange::to));
    return joined(pieces);
  }

  private void clip(int timeline, Lsn begin, Lsn end, List<WalRange> into) {
    for (WalRange range : ranges.getOrDefault(timeline, List.of())) {
      Lsn from = range.from().isBefore(begin) ? begin : range.from();
      boolean whole = !range.to().isAfter(end);
      Lsn to = whole ? range.to() : end;
      if (from.isBefore(to)) {
        into.add(new WalRange(timeline, from, to, whole && range.partialTail()));
      }
    }
  }

  private static List<WalRange> joined(List<WalRange> sorted) {
    List<WalRange> joined = new ArrayList<>();
    for (WalRange next : sorted) {
      if (joined.isEmpty() || next.from().isAfter(joined.getLast().to())) {
        joined.add(next);
      } else if (next.to().isAfter(joined.getLast().to())) {
        Lsn from = joined.removeLast().from();
        joined.add(new WalRange(next.timeline(), from, next.to(), next.partialTail()));
      }
    }
    return List.copyOf(joined);
  }

  /** Whether everything from {@code from} up to {@code to} along the path is there. */
  public boolean covers(TimelineHistory path, Lsn from, Lsn to) {
    return missing(path, from, to).isEmpty();
  }

  /** How far WAL goes without a hole along the path; {@code from} itself if it is not there. */
  public Lsn reach(TimelineHistory path, Lsn from) {
    return coverage(path).stream()
        .filter(range -> range.contains(from))
        .map(WalRange::to)
        .findFirst()
        .orElse(from);
  }

  /** What of a stretch is missing along the path, ascending; empty if nothing is. */
  public List<WalGap> missing(TimelineHistory path, Lsn from, Lsn to) {
    List<WalGap> gaps = new ArrayList<>();
    Lsn at = from;
    for (WalRange range : coverage(path)) {
      if (range.from().isAfter(at) && at.isBefore(to)) {
        name(path, at, range.from().isBefore(to) ? range.from() : to, gaps);
      }
      at = range.to().isAfter(at) ? range.to() : at;
    }
    if (at.isBefore(to)) {
      name(path, at, to, gaps);
    }
    return gaps;
  }

  /** Splits a gap where the path changes timeline, for the names of the missing segments. */
  private void name(TimelineHistory path, Lsn from, Lsn to, List<WalGap> into) {
    while (from.isBefore(to)) {
      int timeline = path.timelineAt(from);
      Lsn end = path.endOf(timeline).filter(e -> e.isBefore(to)).orElse(to);
      WalSegment first = WalSegment.holding(timeline, from, segmentSize);
      WalSegment last = WalSegment.holding(timeline, end.plus(-1), segmentSize);
      into.add(
          new WalGap(
              timeline, from, end, first.name(), last.name(), last.number() - first.number() + 1));
      from = end;
    }
  }

  /**
   * Holes in what was archived: on every path, what is missing between its first byte and its last.
   */
  public List<WalGap> gaps() {
    Set<WalGap> gaps = new LinkedHashSet<>();
    for (int leaf : leaves()) {
      TimelineHistory path = path(leaf);
      List<WalRange> coverage = coverage(path);
      if (!coverage.isEmpty()) {
        gaps.addAll(missing(path, coverage.getFirst().from(), coverage.getLast().to()));
      }
    }
    return List.copyOf(gaps);
  }
}
