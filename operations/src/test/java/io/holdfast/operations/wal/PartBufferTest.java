package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartBufferTest {
  private final PartBuffer buffer = new PartBuffer();

  @Test
  void thereIsRoomForEachLength() {
    for (int length = 0; length <= PartShipper.MAX_PART; length += 65_521) {
      assertThat(buffer.of(length)).hasSizeGreaterThanOrEqualTo(length);
    }
    assertThat(buffer.of(PartShipper.MAX_PART)).hasSize(PartShipper.MAX_PART);
  }

  @Test
  void theSameLengthKeepsWhatIsInIt() {
    byte[] first = buffer.of(100_000);

    assertThat(buffer.of(100_000)).isSameAs(first);
  }

  @Test
  void aSmallPartGivesTheRoomOfALargeOneBack() {
    buffer.of(PartShipper.MAX_PART);

    assertThat(buffer.of(8192)).hasSize(64 << 10);
  }
}
