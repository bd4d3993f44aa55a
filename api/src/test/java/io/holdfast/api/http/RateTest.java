package io.holdfast.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RateTest {
  private long now;
  private final Rate<String> rate = new Rate<>(3, Duration.ofSeconds(2), () -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private void takeThree(String key) {
    for (int at = 0; at < 3; at++) {
      assertThat(rate.take(key)).isTrue();
    }
  }

  @Test
  void afterSoManyInARowThereIsOneNowAndThen() {
    takeThree("a");
    assertThat(rate.take("a")).isFalse();
    pass(Duration.ofMillis(1999));
    assertThat(rate.take("a")).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(rate.take("a")).isTrue();
    assertThat(rate.take("a")).isFalse();
  }

  @Test
  void eachIsCountedByItself() {
    takeThree("a");
    assertThat(rate.take("a")).isFalse();
    assertThat(rate.take("b")).isTrue();
  }

  @Test
  void askingInVainDoesNotPutItOff() {
    while (rate.take("a")) {
      pass(Duration.ZERO);
    }
    for (int at = 0; at < 3; at++) {
      pass(Duration.ofMillis(700));
      assertThat(rate.take("a")).isEqualTo(at == 2);
    }
  }

  @Test
  void itIsNeverMoreThanThatManyInARow() {
    pass(Duration.ofDays(400));
    takeThree("a");
    assertThat(rate.take("a")).isFalse();
  }

  @Test
  void theMemoryIsBounded() {
    takeThree("first");
    for (int at = 0; at < 5000; at++) {
      assertThat(rate.take("other" + at)).isTrue();
    }
    assertThat(rate.take("first")).as("forgotten, which is the price").isTrue();
  }
}
