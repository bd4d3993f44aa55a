package io.holdfast.s3.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PartSizesTest {
  private final PartSizes sizes = new PartSizes(5 << 20);

  @Test
  void areAllTheSameForEveryPack() {
    assertThat(IntStream.rangeClosed(1, 2000).map(sizes::of)).containsOnly(5 << 20);
  }

  @Test
  void growSoThatTheNumberOfPartsReachesFar() {
    long sum = IntStream.rangeClosed(1, PartSizes.MOST).mapToLong(sizes::of).sum();

    assertThat(sizes.largest()).isEqualTo(sum).isGreaterThan(140L << 30);
    assertThat(sizes.of(PartSizes.MOST)).isEqualTo(20 << 20);
  }
}
