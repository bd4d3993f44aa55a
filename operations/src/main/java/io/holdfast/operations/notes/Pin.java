package io.holdfast.operations.notes;

import java.time.Instant;
import java.util.Optional;

/**
 * Why and how long a backup is kept whatever retention says.
 *
 * @param since when that was said
 * @param until empty for ever
 */
public record Pin(String reason, Instant since, Optional<Instant> until) {
  public boolean holds(Instant now) {
    return until.isEmpty() || now.isBefore(until.get());
  }

  /** {@code pinned: before the big migration, until 2027-01-01T00:00:00Z}. */
  public String words() {
    return "pinned: " + reason + until.map(end -> ", until " + end).orElse("");
  }
}
