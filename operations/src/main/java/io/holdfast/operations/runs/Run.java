package io.holdfast.operations.runs;

import java.time.Duration;
import java.time.Instant;

/**
 * One run of a job, or word of why there was none.
 *
 * @param due the moment the schedule names; of one that somebody started by hand, when that was
 * @param attempt 1 for the first; 0 for one started by hand
 * @param passedOver earlier moments that went by without a run
 * @param status exit status of the command; -1 if there was none, or it was killed
 * @param command as it can be typed
 * @param said the end of what it said on stderr
 * @param id also in the log
 */
public record Run(
    JobName job,
    Instant due,
    Instant began,
    Instant ended,
    int attempt,
    int passedOver,
    Outcome outcome,
    int status,
    String command,
    String host,
    String program,
    String said,
    String id) {
  /** Whether somebody started it, and no schedule. */
  public boolean byHand() {
    return attempt == 0 && outcome != Outcome.SEEN && outcome != Outcome.MISSED;
  }

  public Duration took() {
    return Duration.between(began, ended);
  }
}
