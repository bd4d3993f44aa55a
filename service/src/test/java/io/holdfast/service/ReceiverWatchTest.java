package io.holdfast.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.wal.ReceiverState;
import io.holdfast.postgres.Lsn;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReceiverWatchTest {
  private static final Lsn ANY = new Lsn(0x2000000);

  private final ReceiverWatch watch = new ReceiverWatch();
  private long now = 41;

  @Test
  void aTroubleIsToldWhenItLasts() {
    troubled();
    after(Duration.ofSeconds(119)).troubled();
    assertThat(watch.trouble()).isEmpty();
    after(Duration.ofSeconds(1)).troubled();
    assertThat(watch.trouble()).contains("away");
    well(0);
    assertThat(watch.trouble()).isEmpty();
    after(Duration.ofHours(1)).troubled();
    assertThat(watch.trouble()).isEmpty();
  }

  @Test
  void whetherWalIsMissingIsLookedForSoonAndThenSeldom() {
    well(0);
    assertThat(looks(Duration.ofHours(8))).isEqualTo(6 + 6);
    well(1);
    assertThat(looks(Duration.ofMinutes(1))).isEqualTo(1);
  }

  @Test
  void whileNothingComesNobodyLooks() {
    watch.look(state(0, 0, Optional.empty()), now);
    after(Duration.ofHours(1));
    watch.look(state(0, 0, Optional.empty()), now);
    assertThat(watch.takeReceiving()).isFalse();
    for (int i = 0; i < 100; i++) {
      after(Duration.ofMinutes(1)).troubled();
    }
    assertThat(watch.takeReceiving()).isFalse();
  }

  /** How often within that time, when it is asked every five seconds. */
  private int looks(Duration time) {
    int looks = 0;
    int skips = skipped;
    for (long i = 0; i < time.toSeconds() / 5; i++) {
      after(Duration.ofSeconds(5)).well(skips);
      looks += watch.takeReceiving() ? 1 : 0;
    }
    return looks;
  }

  private int skipped;

  private ReceiverWatchTest after(Duration time) {
    now += time.toNanos();
    return this;
  }

  private void well(int skips) {
    skipped = skips;
    watch.look(state(1, skips, Optional.empty()), now);
  }

  private void troubled() {
    watch.look(state(1, 0, Optional.of("away")), now);
  }

  private static ReceiverState state(int timeline, int skips, Optional<String> trouble) {
    return new ReceiverState(
        "streaming", timeline, ANY, ANY, ANY, Optional.empty(), skips, trouble);
  }
}
