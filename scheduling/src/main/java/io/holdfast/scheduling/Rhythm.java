package io.holdfast.scheduling;

import java.time.Instant;

/** The moments at which something is due. */
sealed interface Rhythm permits CronRhythm, IntervalRhythm {
  /** The first one after that moment. */
  Instant after(Instant moment);
}
