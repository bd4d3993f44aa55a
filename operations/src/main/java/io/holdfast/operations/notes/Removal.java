package io.holdfast.operations.notes;

import java.time.Instant;

/**
 * A backup that is removed, but lies there still.
 *
 * @param since when that was said
 * @param purgeAfter when it may be deleted
 */
public record Removal(String reason, Instant since, Instant purgeAfter) {
  public boolean isDue(Instant now) {
    return !now.isBefore(purgeAfter);
  }
}
