package io.holdfast.operations.status;

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
public final class ServerQuestion {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final String application;
  private final InstantSource clock;
  private @Nullable Thread asking;

  /**
   * @param application as the server's pg_stat_activity names whoever asks
   */
  public ServerQuestion(String application, InstantSource clock) {
    this.application = application;
    this.clock = clock;
  }

  /** Empty if it does not say. */
  public synchronized Optional<ServerPosition> ask(ConnectionSettings server) {
    Thread before = asking;
    if (before != null && before.isAlive()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    FutureTask<ReplicationSession.Identity> task = new FutureTask<>(() -> identify(server));
    asking = Thread.ofPlatform().daemon().name("server-question").start(task);
    try {
      return Optional.of(
          new ServerPosition(task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS), now));
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

  private ReplicationSession.Identity identify(ConnectionSettings server) {
    try (ReplicationSession session = ReplicationSession.connect(server, application)) {
      return session.identify();
    }
  }
}
