package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.WalSegment;
import org.junit.jupiter.api.Test;

class PartCoverTest {
  private final PartCover cover = new PartCover();

  @Test
  void partsInARowReachToTheEndOfTheLast() {
    add(0, 10);
    add(10, 25);
    assertThat(cover.reached()).isEqualTo(25);
    assertThat(cover.chosen()).hasSize(2);
  }

  @Test
  void aHoleEndsWhatCanBeUsed() {
    add(0, 10);
    add(11, 25);
    assertThat(cover.reached()).isEqualTo(10);
    assertThat(cover.chosen()).hasSize(1);
  }

  @Test
  void withoutTheBeginningThereIsNothing() {
    add(8, 16);
    assertThat(cover.reached()).isZero();
    assertThat(cover.chosen()).isEmpty();
  }

  @Test
  void aPartThatHoldsSmallerOnesReplacesThem() {
    add(0, 10);
    add(0, 30);
    add(10, 20);
    add(20, 30);
    add(30, 40);
    assertThat(cover.reached()).isEqualTo(40);
    assertThat(cover.chosen()).extracting(WalItem.Part::to).containsExactly(30L, 40L);
  }

  @Test
  void overlapsAreKeptOnlyWhereTheyReachFurther() {
    add(0, 10);
    add(5, 20);
    add(6, 18);
    add(10, 30);
    assertThat(cover.reached()).isEqualTo(30);
    assertThat(cover.chosen()).extracting(WalItem.Part::from).containsExactly(0L, 5L, 10L);
  }

  private void add(long from, long to) {
    cover.add(new WalItem.Part(new WalSegment(1, 3, 16 << 20), from, to, 1));
  }
}
