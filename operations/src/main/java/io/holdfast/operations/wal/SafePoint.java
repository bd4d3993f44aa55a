package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The moment, by the server's clock, before which every commit is safe: when a message says how far
 * the server had flushed at its sending, and all that is durable here, then everything committed
 * before it was sent is. Also true of an idle server. Not thread-safe.
 */
final class SafePoint {
  private record Claim(Lsn flushed, Instant sent) {}

  private @Nullable Claim waiting;
  private @Nullable Claim newest;
  private @Nullable Instant safe;

  void heard(Lsn serverFlushed, Instant sent) {
    newest = new Claim(serverFlushed, sent);
    if (waiting == null) {
      waiting = newest;
    }
  }

  Optional<Instant> until(Lsn durable) {
    Claim claim = waiting;
    if (claim != null && !claim.flushed().isAfter(durable)) {
      safe = claim.sent();
      waiting = newest == claim ? null : newest;
      Claim last = newest;
      if (last != null && !last.flushed().isAfter(durable)) {
        safe = last.sent();
        waiting = null;
      }
    }
    return Optional.ofNullable(safe);
  }
}
