package io.holdfast.notifications;

import io.holdfast.notifications.delivery.Courier;
import io.holdfast.notifications.delivery.Fate;
import io.holdfast.notifications.delivery.Outbox;
import io.holdfast.notifications.delivery.Parcel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells watchers outside that work began and how it ended. Whoever says so is never kept waiting
 * and never gets an exception for it. What does not arrive is tried again for an hour; an end takes
 * the place of its beginning that has not gone yet. Thread-safe.
 */
public final class Pings implements AutoCloseable {
  private static final Duration LIFE = Duration.ofHours(1);

  private final InstantSource clock;
  private final Map<PingRoute, Outbox<Waiting>> outboxes = new LinkedHashMap<>();
  private final List<Courier> couriers = new ArrayList<>();

  private record Waiting(Ping ping, Instant at) implements Parcel {
    @Override
    public String key() {
      return ping.cluster() + "\n" + ping.schedule() + "\n" + ping.run();
    }

    @Override
    public Duration life() {
      return LIFE;
    }

    @Override
    public int weight() {
      return switch (ping.signal()) {
        case TEST, START -> 0;
        case SUCCESS -> 1;
        case FAILURE -> 2;
      };
    }
  }

  /** Nobody notes what has become of a ping: the watcher itself is who misses it. */
  private static final Fate<Waiting> UNNOTED =
      new Fate<>() {
        @Override
        public void delivered(Waiting parcel) {}

        @Override
        public void lost(Waiting parcel) {}
      };

  /** Starts nothing. */
  public Pings(List<PingRoute> routes, InstantSource clock) {
    this.clock = clock;
    for (PingRoute route : routes) {
      PingTarget target = route.target();
      outboxes.put(
          route,
          new Outbox<>(
              target.name(),
              "healthchecks",
              waiting -> target.send(waiting.ping()),
              clock,
              UNNOTED));
    }
  }

  /** Returns at once and never throws. */
  public void tell(Ping ping) {
    Waiting waiting = new Waiting(ping, clock.instant());
    outboxes.forEach((route, outbox) -> {
      if (route.takes(ping)) {
        outbox.put(waiting);
      }
    });
  }

  /** How it stands with each watcher. */
  public List<ChannelState> targets() {
    return outboxes.values().stream().map(Outbox::state).toList();
  }

  /** Begins to send. */
  public synchronized void start() {
    if (couriers.isEmpty()) {
      outboxes.forEach((route, outbox) -> couriers.add(Courier.of(route.target().name(), outbox)));
    }
  }

  /** Sends one ping to each watcher that has one whose time has come. For tests. */
  boolean deliver() {
    boolean any = false;
    for (Outbox<Waiting> outbox : outboxes.values()) {
      any |= outbox.attempt();
    }
    return any;
  }

  /** Sends what can be sent within some seconds. */
  @Override
  public synchronized void close() {
    couriers.parallelStream().forEach(Courier::close);
  }
}
