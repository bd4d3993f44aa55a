package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartPositionTest {
  private static final int SIZE = 1 << 20;
  private static final TimelineHistory ONE = TimelineHistory.root(1);

  @Test
  void anEmptyArchiveBeginsWithTheSegmentThatTheSlotKeeps() {
    assertThat(choose(ONE, at(5).plus(40))).isEqualTo(new StartPosition(1, at(5)));
  }

  @Test
  void itGoesOnWhereTheArchiveEnds() {
    assertThat(choose(ONE, at(5), range(3, 7))).isEqualTo(new StartPosition(1, at(7)));
  }

  @Test
  void aPartialTailIsReceivedAgainFromTheSegmentsStart() {
    assertThat(choose(ONE, at(5), new WalRange(1, at(3), at(7).plus(99), true)))
        .isEqualTo(new StartPosition(1, at(7)));
  }

  @Test
  void aGapBeforeTheSlotIsClosedIfTheServerStillCan() {
    assertThat(choose(ONE, at(9), range(3, 7))).isEqualTo(new StartPosition(1, at(7)));
  }

  @Test
  void whatABackupStoredFurtherOnDoesNotHideAHole() {
    assertThat(choose(ONE, at(5), range(3, 6), range(8, 9))).isEqualTo(new StartPosition(1, at(6)));
  }

  @Test
  void aHoleThatTheSlotDoesNotKeepIsTriedFirst() {
    assertThat(hole(at(9), range(3, 6), range(8, 12))).contains(new StartPosition(1, at(6)));
    assertThat(hole(at(12), range(1, 2), range(3, 6), range(8, 12)))
        .contains(new StartPosition(1, at(6)));
    assertThat(hole(at(7), range(3, 6), range(8, 12))).isEmpty();
    assertThat(hole(at(9), range(3, 9))).isEmpty();
  }

  @Test
  void anEndInTheOldTimelineGoesOnThere() {
    TimelineHistory two = promotedAt(at(7).plus(500));
    assertThat(choose(two, at(5), new WalRange(1, at(3), at(7).plus(99), true)))
        .isEqualTo(new StartPosition(1, at(7)));
  }

  @Test
  void anEndAtTheSwitchGoesOnWithTheNewTimelinesFirstSegment() {
    TimelineHistory two = promotedAt(at(7).plus(500));
    assertThat(choose(two, at(5), new WalRange(1, at(3), at(7).plus(500), true)))
        .isEqualTo(new StartPosition(2, at(7)));
  }

  @Test
  void aSegmentBeforeIsComparedIfTheSlotKeepsIt() {
    StartPosition seven = new StartPosition(1, at(7));
    assertThat(seven.overlapping(ONE, at(6).plus(40), SIZE)).isEqualTo(new StartPosition(1, at(6)));
    assertThat(seven.overlapping(ONE, at(7), SIZE)).isEqualTo(seven);
    assertThat(seven.overlapping(ONE, at(7).plus(40), SIZE)).isEqualTo(seven);
  }

  @Test
  void aPositionFitsOnlyPathsThatPassThroughIt() {
    TimelineHistory two = promotedAt(at(7).plus(500));
    assertThat(new StartPosition(1, at(7)).liesOn(two)).isTrue();
    assertThat(new StartPosition(1, at(8)).liesOn(two)).isFalse();
    assertThat(new StartPosition(2, at(7)).liesOn(two)).isTrue();
    assertThat(new StartPosition(2, at(7)).liesOn(ONE)).isFalse();
  }

  private static StartPosition choose(TimelineHistory path, Lsn restart, WalRange... coverage) {
    return StartPosition.choose(List.of(coverage), path, restart, SIZE);
  }

  private static Optional<StartPosition> hole(Lsn restart, WalRange... coverage) {
    return StartPosition.hole(List.of(coverage), ONE, restart, SIZE);
  }

  private static WalRange range(long from, long to) {
    return new WalRange(1, at(from), at(to), false);
  }

  private static TimelineHistory promotedAt(Lsn end) {
    return new TimelineHistory(2, List.of(new TimelineHistory.Ancestor(1, end, "")));
  }

  private static Lsn at(long segment) {
    return new Lsn(segment * SIZE);
  }
}
