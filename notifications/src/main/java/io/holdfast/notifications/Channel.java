package io.holdfast.notifications;

/** One way to people. Thread-safe. */
public interface Channel {
  /** As the configuration calls it. */
  String name();

  /** What is at its other end: {@code slack}. */
  String kind();

  /**
   * Sends, and waits for the receiver's answer, no longer than a minute.
   *
   * @throws DeliveryException if the receiver did not say that it has it
   */
  Receipt send(Message message);
}
