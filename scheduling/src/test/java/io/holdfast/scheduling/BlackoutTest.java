package io.holdfast.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlackoutTest {
  private static final Blackout OFFICE = Blackout.parse("Mo-Fr 08:00-18:00", ZoneOffset.UTC);
  private static final Blackout NIGHT = Blackout.parse("22:00-06:00 Europe/Paris", ZoneOffset.UTC);

  @Test
  void onlyItsDaysAndHoursAreInIt() {
    assertThat(OFFICE.contains(Instant.parse("2026-11-27T08:00:00Z"))).isTrue();
    assertThat(OFFICE.contains(Instant.parse("2026-11-27T18:00:00Z"))).isFalse();
    assertThat(OFFICE.contains(Instant.parse("2026-11-28T12:00:00Z"))).isFalse();
    assertThat(NIGHT.contains(Instant.parse("2026-11-27T21:00:00Z"))).isTrue();
    assertThat(NIGHT.contains(Instant.parse("2026-11-27T04:59:59Z"))).isTrue();
    assertThat(NIGHT.contains(Instant.parse("2026-11-27T05:00:00Z"))).isFalse();
  }

  @Test
  void whatFallsIntoItBeginsAtItsEnd() {
    assertThat(Blackout.outside(List.of(OFFICE), Instant.parse("2026-11-27T12:00:00Z")))
        .isEqualTo("2026-11-27T18:00:00Z");
    assertThat(Blackout.outside(List.of(OFFICE, NIGHT), Instant.parse("2026-11-26T22:30:00Z")))
        .isEqualTo("2026-11-27T05:00:00Z");
    assertThat(Blackout.outside(List.of(), Instant.EPOCH)).isEqualTo(Instant.EPOCH);
  }

  @Test
  void overlappingOnesAreLeftTogether() {
    Blackout evening = Blackout.parse("Fr 17:00-23:00", ZoneOffset.UTC);

    assertThat(Blackout.outside(List.of(OFFICE, evening), Instant.parse("2026-11-27T12:00:00Z")))
        .isEqualTo("2026-11-27T23:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Mo",
        "08:00-25:00",
        "00:00-00:00",
        "Xx 08:00-09:00",
        "08:00-09:00 Nowhere/Town"
      })
  void whatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> Blackout.parse(text, ZoneId.of("UTC")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected ");
  }

  @Test
  void jitterIsAlwaysTheSameAndWithinItsMost() {
    Duration most = Duration.ofMinutes(10);

    assertThat(Jitter.of("nightly/shop", most)).isEqualTo(Jitter.of("nightly/shop", most));
    assertThat(Jitter.of("nightly/shop", most)).isBetween(Duration.ZERO, most.minusSeconds(1));
    assertThat(Jitter.of("nightly/shop", Duration.ZERO)).isZero();
    long different =
        java.util.stream.IntStream.range(0, 200)
            .mapToObj(i -> Jitter.of("nightly/c" + i, most))
            .distinct()
            .count();
    assertThat(different).isGreaterThan(100);
  }
}
