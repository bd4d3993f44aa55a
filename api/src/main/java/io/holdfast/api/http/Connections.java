package io.holdfast.api.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * How many there are, and how long each may take. A limit for silence alone lets somebody stay who
 * sends a byte now and then: here the whole head of a request, and the whole answer, has its time.
 */
final class Connections implements Connection.Listener, AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Map<SocketAddress, Guest> guests = new ConcurrentHashMap<>();
  private final Limits limits;
  private final LongSupplier nanoTime;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param first the connection by which it came; what speaks on top of it is another one
   * @param until when it is sent away
   */
  private record Guest(Connection first, long until) {
    Guest until(long other) {
      return new Guest(first, other);
    }
  }

  Connections(Limits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.thread = Thread.ofVirtual().name("api-connections").unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  @Override
  public void onOpened(Connection connection) {
    EndPoint endPoint = connection.getEndPoint();
    SocketAddress from = endPoint.getRemoteSocketAddress();
    if (from != null && guests.containsKey(from)) {
      return;
    }
    if (from == null || isFull(from)) {
      endPoint.close();
      return;
    }
    guests.put(from, new Guest(connection, after(limits.quiet())));
  }

  private boolean isFull(SocketAddress from) {
    return guests.size() >= limits.connections()
        || guests.keySet().stream().filter(other -> sameHost(from, other)).count()
            >= limits.connectionsOfOne();
  }

  private static boolean sameHost(SocketAddress one, SocketAddress other) {
    return one instanceof InetSocketAddress a
        && other instanceof InetSocketAddress b
        && a.getAddress() != null
        && a.getAddress().equals(b.getAddress());
  }

  @Override
  public void onClosed(Connection connection) {
    guests.entrySet().removeIf(each -> each.getValue().first().equals(connection));
  }

  /** A whole request has come. */
  void asked(SocketAddress from) {
    guests.computeIfPresent(from, (at, guest) -> guest.until(after(limits.answering())));
  }

  /** It has its answer. */
  void answered(SocketAddress from) {
    guests.computeIfPresent(from, (at, guest) -> guest.until(after(limits.quiet())));
  }

  private long after(Duration time) {
    return nanoTime.getAsLong() + time.toNanos();
  }

  private void watch() {
    try {
      while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        long now = nanoTime.getAsLong();
        guests.values().stream()
            .filter(guest -> guest.until() - now < 0)
            .forEach(guest -> guest.first().getEndPoint().close());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop.countDown();
  }
}
