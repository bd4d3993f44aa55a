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
  private @Nullable Claim unproven;
  private @Nullable Instant safe;

  /** WAL came. */
  void data(Lsn serverFlushed, Instant sent) {
    unproven = null;
    claim(new Claim(serverFlushed, sent));
  }

  void keepAlive(Lsn serverSent, Instant sent) {
    unproven = new Claim(serverSent, sent);
  }

  /** Nothing came for a while. */
  void quiet() {
    Claim proven = unproven;
    if (proven != null) {
      unproven = null;
      claim(proven);
    }
  }

  private void claim(Claim claim) {
    newest = claim;
    if (waiting == null) {
      waiting = newest;
    }
  }

  Optional<Instant> until(Lsn durable) {
    if (holds(newest, durable)) {
      settle(newest, null);
    } else if (holds(waiting, durable)) {
      settle(waiting, newest);
    }
    return Optional.ofNullable(safe);
  }

  private static boolean holds(@Nullable Claim claim, Lsn durable) {
    return claim != null && !claim.flushed().isAfter(durable);
  }

  private void settle(@Nullable Claim held, @Nullable Claim next) {
    safe = held == null ? safe : held.sent();
    waiting = next;
  }
}
