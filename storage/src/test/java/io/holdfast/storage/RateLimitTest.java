package io.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
  private long now = 5;

  @Test
  void bytesAreDueOneAfterTheOther() {
    RateLimit limit = new RateLimit(1000, () -> now);

    assertThat(limit.reserve(500)).isZero();
    assertThat(limit.reserve(500)).isEqualTo(500_000_000L);
    now += 400_000_000L;
    assertThat(limit.reserve(1)).isEqualTo(600_000_000L);
  }

  @Test
  void idleTimeIsNotSavedUp() {
    RateLimit limit = new RateLimit(1000, () -> now);
    now += 3_600_000_000_000L;

    assertThat(limit.reserve(1000)).isZero();
    assertThat(limit.reserve(1)).isEqualTo(1_000_000_000L);
  }
}
