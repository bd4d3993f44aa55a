package io.holdfast.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RateScheduleTest {
  private static final long MB = 1 << 20;

  /** 2026-11-23 is a Monday. */
  private static long at(String schedule, int day, String time) {
    return RateSchedule.parse(schedule).at(LocalDateTime.parse("2026-11-" + day + "T" + time));
  }

  @Test
  void oneRateHoldsAlways() {
    assertThat(at("20MB/s", 23, "00:00")).isEqualTo(20 * MB);
    assertThat(at("1 GiB/s", 29, "23:59")).isEqualTo(1024 * MB);
    assertThat(at("none", 29, "12:00")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "23, 07:59:59, 50",
    "23, 08:00, 5",
    "27, 17:59:59, 5",
    "27, 18:00, 50",
    "28, 12:00, 50"
  })
  void theFirstPartThatFitsCounts(int day, String time, long expected) {
    assertThat(at("5MB/s Mo-Fr 08:00-18:00, 50MB/s", day, time)).isEqualTo(expected * MB);
  }

  @ParameterizedTest
  @CsvSource({"23, 21:59, 0", "23, 22:00, 2", "24, 05:59, 2", "24, 06:00, 0", "23, 05:00, 0"})
  void aNightEndsOnTheNextDay(int day, String time, long expected) {
    assertThat(at("2MB/s Mo 22:00-06:00", day, time)).isEqualTo(expected * MB);
  }

  @ParameterizedTest
  @CsvSource({"27, 0", "28, 3", "29, 3", "23, 3", "24, 0"})
  void daysGoOverTheEndOfTheWeek(int day, long expected) {
    assertThat(at("3MB/s Sa-Mo", day, "12:00")).isEqualTo(expected * MB);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "20",
        "20MB",
        "fast",
        "5MB/s Mo-Xx",
        "5MB/s 8:00-18:00",
        "5MB/s 08:00",
        "5MB/s,",
        "5MB/s 08:00-24:00",
        "1kB/s",
        "0MB/s"
      })
  void whatIsNoRateIsRefused(String text) {
    assertThatThrownBy(() -> RateSchedule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }
}
