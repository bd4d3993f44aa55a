package io.holdfast.metrics;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server where it is, and waits for it no longer than a bounded time: one that hangs keeps
 * nobody from being looked at. A question without an answer is never asked a second time beside
 * itself, so that no threads gather. Thread-safe.
 */
final class ServerQuestion {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Duration patience;
  private final InstantSource clock;
  private @Nullable Thread asking;

  ServerQuestion(InstantSource clock) {
    this(clock, PATIENCE);
  }

  ServerQuestion(InstantSource clock, Duration patience) {
    this.clock = clock;
    this.patience = patience;
  }

  /** Empty if it does not say. */
  synchronized Optional<WalReach.Position> ask(ConnectionSettings server) {
    Thread before = asking;
    if (before != null && before.isAlive()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    FutureTask<ReplicationSession.Identity> task = new FutureTask<>(() -> identify(server));
    asking = Thread.ofPlatform().daemon().name("server-question").start(task);
    try {
      return Optional.of(
          new WalReach.Position(task.get(patience.toMillis(), TimeUnit.MILLISECONDS), now));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HoldfastException) {
        return Optional.empty();
      }
      throw new IllegalStateException("asking a server broke off", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static ReplicationSession.Identity identify(ConnectionSettings server) {
    try (ReplicationSession session = ReplicationSession.connect(server, "holdfast-metrics")) {
      return session.identify();
    }
  }
}
