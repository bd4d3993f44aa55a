package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WalInventoryTest {
  private static final int SIZE = 1 << 20;

  private final SortedMap<Integer, RangeBuilder> builders = new TreeMap<>(Integer::compareUnsigned);
  private final Map<Integer, TimelineHistory> histories = new HashMap<>();

  @Test
  void segmentsInARowAreOneRange() {
    segments(1, 3, 9);
    assertThat(inventory().ranges().get(1)).containsExactly(range(1, at(3), at(10), false));
    assertThat(inventory().gaps()).isEmpty();
  }

  @Test
  void partsProlongTheRangeAndAreItsTail() {
    segments(1, 3, 4);
    part(1, 5, 0, 100);
    part(1, 5, 100, 612);
    part(1, 5, 700, 800);
    assertThat(inventory().ranges().get(1)).containsExactly(range(1, at(3), at(5).plus(612), true));
  }

  @Test
  void partsOfASegmentThatIsWholeChangeNothing() {
    segments(1, 3, 3);
    part(1, 3, 0, 100);
    segments(1, 4, 4);
    assertThat(inventory().ranges().get(1)).containsExactly(range(1, at(3), at(5), false));
  }

  @Test
  void aSegmentOfWhichOnlyPartsAreThereIsAGapBeforeTheNext() {
    segments(1, 3, 3);
    part(1, 4, 0, 100);
    segments(1, 5, 5);
    assertThat(inventory().gaps())
        .containsExactly(new WalGap(1, at(4).plus(100), at(5), name(1, 4), name(1, 4), 1));
  }

  @Test
  void aGapIsNamedByItsSegments() {
    segments(1, 3, 5);
    segments(1, 0xFFE, 0x1002);
    segments(1, 0x1005, 0x1005);
    assertThat(inventory().gaps())
        .containsExactly(
            new WalGap(1, at(6), at(0xFFE), name(1, 6), name(1, 0xFFD), 0xFFD - 5),
            new WalGap(1, at(0x1003), at(0x1005), name(1, 0x1003), name(1, 0x1004), 2));
  }

  @Test
  void aChildContinuesWhereItsParentWasLeft() {
    segments(1, 3, 4);
    part(1, 5, 0, 4096);
    segments(2, 5, 7);
    descends(2, 1, at(5).plus(2048));
    WalInventory inventory = inventory();
    assertThat(inventory.coverage(inventory.path(2)))
        .containsExactly(range(2, at(3), at(8), false));
    assertThat(inventory.gaps()).isEmpty();
    assertThat(inventory.leaves()).containsExactly(2);
  }

  @Test
  void theChildsFirstSegmentStandsForTheParentsLast() {
    segments(1, 3, 4);
    segments(2, 5, 5);
    descends(2, 1, at(5).plus(2048));
    WalInventory inventory = inventory();
    assertThat(inventory.covers(inventory.path(2), at(3), at(6))).isTrue();
    assertThat(inventory.covers(TimelineHistory.root(1), at(3), at(5).plus(1))).isFalse();
  }

  @Test
  void whatTheParentWroteAfterTheSwitchIsNotOnThePath() {
    segments(1, 3, 9);
    segments(2, 7, 8);
    descends(2, 1, at(5).plus(2048));
    WalInventory inventory = inventory();
    assertThat(inventory.missing(inventory.path(2), at(3), at(9)))
        .containsExactly(new WalGap(2, at(5).plus(2048), at(7), name(2, 5), name(2, 6), 2));
    assertThat(inventory.reach(inventory.path(2), at(3))).isEqualTo(at(5).plus(2048));
    assertThat(inventory.reach(TimelineHistory.root(1), at(3))).isEqualTo(at(10));
  }

  @Test
  void aTailOfTheOldTimelineThatNobodyHasIsAGap() {
    segments(1, 3, 4);
    segments(2, 8, 9);
    descends(2, 1, at(6).plus(10));
    assertThat(inventory().gaps())
        .containsExactly(
            new WalGap(1, at(5), at(6).plus(10), name(1, 5), name(1, 6), 2),
            new WalGap(2, at(6).plus(10), at(8), name(2, 6), name(2, 7), 2));
  }

  @Test
  void timelinesAreNumbersNotDigits() {
    segments(9, 3, 4);
    segments(0xA, 5, 6);
    segments(0x10, 6, 7);
    descends(0xA, 9, at(5).plus(8));
    histories.put(
        0x10,
        new TimelineHistory(
            0x10,
            List.of(
                new TimelineHistory.Ancestor(9, at(5).plus(8), ""),
                new TimelineHistory.Ancestor(0xA, at(6).plus(8), ""))));
    WalInventory inventory = inventory();
    assertThat(inventory.leaves()).containsExactly(0x10);
    assertThat(inventory.coverage(inventory.path(0x10)))
        .containsExactly(range(0x10, at(3), at(8), false));
  }

  @Test
  void twoSwitchesWithinOneSegmentAreFollowed() {
    segments(1, 3, 4);
    part(1, 5, 0, 50);
    part(2, 5, 0, 70);
    segments(3, 5, 6);
    descends(2, 1, at(5).plus(50));
    histories.put(
        3,
        new TimelineHistory(
            3,
            List.of(
                new TimelineHistory.Ancestor(1, at(5).plus(50), ""),
                new TimelineHistory.Ancestor(2, at(5).plus(70), ""))));
    WalInventory inventory = inventory();
    assertThat(inventory.coverage(inventory.path(3)))
        .containsExactly(range(3, at(3), at(7), false));
    assertThat(inventory.gaps()).isEmpty();
  }

  @Test
  void twoServersThatWentApartAreTwoPaths() {
    segments(1, 3, 9);
    segments(2, 5, 6);
    segments(3, 7, 8);
    descends(2, 1, at(5).plus(8));
    descends(3, 1, at(7).plus(8));
    WalInventory inventory = inventory();
    assertThat(inventory.leaves()).containsExactly(2, 3);
    assertThat(inventory.reach(inventory.path(2), at(3))).isEqualTo(at(7));
    assertThat(inventory.reach(inventory.path(3), at(3))).isEqualTo(at(9));
  }

  @Test
  void aMillionSegmentsAreOneRange() {
    segments(1, 1, 1_000_000);
    assertThat(inventory().ranges().get(1)).hasSize(1);
  }

  private void segments(int timeline, long first, long last) {
    for (long n = first; n <= last; n++) {
      add(timeline, new WalItem.Segment(new WalSegment(timeline, n, SIZE), 1));
    }
  }

  private void part(int timeline, long number, long from, long to) {
    add(timeline, new WalItem.Part(new WalSegment(timeline, number, SIZE), from, to, 1));
  }

  private void add(int timeline, WalItem item) {
    builders.computeIfAbsent(timeline, RangeBuilder::new).add(item);
  }

  private void descends(int child, int parent, Lsn end) {
    histories.put(
        child, new TimelineHistory(child, List.of(new TimelineHistory.Ancestor(parent, end, ""))));
  }

  private WalInventory inventory() {
    SortedMap<Integer, List<WalRange>> ranges = WalInventory.byTimeline();
    builders.forEach((timeline, builder) -> ranges.put(timeline, builder.finish()));
    return new WalInventory(SIZE, ranges, histories, 0, 0);
  }

  private static WalRange range(int timeline, Lsn from, Lsn to, boolean partial) {
    return new WalRange(timeline, from, to, partial);
  }

  private static Lsn at(long segment) {
    return new Lsn(segment * SIZE);
  }

  private static String name(int timeline, long number) {
    return new WalSegment(timeline, number, SIZE).name();
  }
}
