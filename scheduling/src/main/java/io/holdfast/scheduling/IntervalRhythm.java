package io.holdfast.scheduling;

import java.time.Duration;
import java.time.Instant;

/**
 * Every so often, counted from 1970-01-01T00:00:00Z: every machine, asked at any time, names the
 * same moments.
 */
record IntervalRhythm(Duration every) implements Rhythm {
  @Override
  public Instant after(Instant moment) {
    long length = every.toSeconds();
    long passed = Math.floorDiv(moment.getEpochSecond(), length);
    return Instant.ofEpochSecond((passed + 1) * length);
  }
}
