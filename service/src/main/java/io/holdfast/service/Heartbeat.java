package io.holdfast.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Tells the service manager that we are alive, as long as the agenda goes on. */
public final class Heartbeat implements AutoCloseable {
  /** A step may have to wait for a store. */
  private static final Duration LONGEST_STEP = Duration.ofMinutes(15);

  private static final Duration OFTEN = Duration.ofSeconds(20);

  private final NotifySocket socket;
  private final Supplier<Instant> stepped;
  private final Supplier<String> status;
  private final InstantSource clock;
  private final CountDownLatch stop = new CountDownLatch(1);

  private Heartbeat(
      NotifySocket socket,
      Supplier<Instant> stepped,
      Supplier<String> status,
      InstantSource clock) {
    this.socket = socket;
    this.stepped = stepped;
    this.status = status;
    this.clock = clock;
  }

  /** Says that the service is ready, then that it lives, until it is closed. */
  public static Heartbeat begin(
      NotifySocket socket, Service service, Supplier<String> status, InstantSource clock) {
    Heartbeat heartbeat = new Heartbeat(socket, service::stepped, status, clock);
    socket.ready();
    Thread.ofPlatform().name("heartbeat").daemon().start(heartbeat::run);
    return heartbeat;
  }

  private void run() {
    Duration watchdog = socket.watchdog();
    Duration wait =
        watchdog.isZero() || watchdog.dividedBy(3).compareTo(OFTEN) > 0
            ? OFTEN
            : watchdog.dividedBy(3);
    try {
      do {
        if (Duration.between(stepped.get(), clock.instant()).compareTo(LONGEST_STEP) < 0) {
          socket.alive();
        }
        socket.status(status.get());
      } while (!stop.await(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that the service is ending. */
  @Override
  public void close() {
    stop.countDown();
    socket.stopping();
  }
}
