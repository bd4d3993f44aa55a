package io.holdfast.notifications.delivery;

import java.time.Duration;

/** The thread that empties an outbox. */
public final class Courier implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);
  private static final Duration TO_THE_END = Duration.ofSeconds(10);

  private final Outbox<?> outbox;
  private final Thread thread;
  private volatile boolean ending;

  private Courier(String name, Outbox<?> outbox) {
    this.outbox = outbox;
    this.thread = Thread.ofVirtual().name("notify-" + name).unstarted(this::run);
  }

  public static Courier of(String name, Outbox<?> outbox) {
    Courier courier = new Courier(name, outbox);
    courier.thread.start();
    return courier;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (!outbox.attempt()) {
          if (ending) {
            return;
          }
          outbox.await(LOOK_AGAIN);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets it send what can be sent now, for ten seconds at most. */
  @Override
  public void close() {
    ending = true;
    if (outbox.isIdle()) {
      thread.interrupt();
    }
    try {
      if (!thread.join(TO_THE_END)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
