package io.holdfast.operations.notes;

import java.time.Instant;
import java.util.Optional;

/** One thing said about a backup. The last word on a matter counts. */
public sealed interface Note {
  /** Keep it, whatever retention says. */
  record Pinned(String reason, Optional<Instant> until) implements Note {}

  record Unpinned() implements Note {}

  /** It is removed, but that can be undone until then. */
  record Deleted(String reason, Instant purgeAfter) implements Note {}

  record Undeleted() implements Note {}
}
