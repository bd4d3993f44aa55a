package io.holdfast.notifications;

/** A watcher outside. Thread-safe. */
public interface PingTarget {
  String name();

  /**
   * Sends, and waits for the answer, no longer than a minute.
   *
   * @throws DeliveryException if the watcher did not say that it counts
   */
  Receipt send(Ping ping);
}
