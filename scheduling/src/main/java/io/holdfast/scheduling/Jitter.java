package io.holdfast.scheduling;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.CRC32C;

/** Spreads what is due at the same moment, always in the same way. */
public final class Jitter {
  private Jitter() {}

  /** Between nothing and {@code most}, exclusive, in whole seconds; the same for the same name. */
  public static Duration of(String name, Duration most) {
    long seconds = most.toSeconds();
    if (seconds <= 0) {
      return Duration.ZERO;
    }
    CRC32C hash = new CRC32C();
    hash.update(name.getBytes(StandardCharsets.UTF_8));
    return Duration.ofSeconds(hash.getValue() % seconds);
  }
}
