package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.Lsn;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SafePointTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private final SafePoint safe = new SafePoint();

  @Test
  void nothingIsKnownBeforeAnythingIsDurable() {
    safe.data(new Lsn(100), NOON);
    assertThat(safe.until(new Lsn(99))).isEmpty();
    assertThat(safe.until(new Lsn(100))).contains(NOON);
  }

  @Test
  void anOlderClaimHoldsWhileTheNewestDoesNotYet() {
    safe.data(new Lsn(100), NOON);
    safe.data(new Lsn(200), NOON.plusSeconds(1));
    safe.data(new Lsn(300), NOON.plusSeconds(2));
    assertThat(safe.until(new Lsn(150))).contains(NOON);
    assertThat(safe.until(new Lsn(250))).contains(NOON);
    assertThat(safe.until(new Lsn(300))).contains(NOON.plusSeconds(2));
  }

  @Test
  void aKeepAliveCountsOnlyIfNothingFollowsIt() {
    safe.data(new Lsn(100), NOON);
    safe.keepAlive(new Lsn(100), NOON.plusSeconds(5));
    assertThat(safe.until(new Lsn(100))).contains(NOON);
    safe.quiet();
    assertThat(safe.until(new Lsn(100))).contains(NOON.plusSeconds(5));
    safe.keepAlive(new Lsn(100), NOON.plusSeconds(9));
    safe.data(new Lsn(400), NOON.plusSeconds(10));
    safe.quiet();
    assertThat(safe.until(new Lsn(100))).contains(NOON.plusSeconds(5));
  }
}
