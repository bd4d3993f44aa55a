package io.holdfast.cli;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Turns a signal that ends the program into an interrupt of its main thread, and gives that one
 * time to unwind: leases go back, partial files go away. Java then exits with 128 plus the signal's
 * number: 130 for Ctrl-C.
 */
final class Interruption {
  /** Longer than any single clean-up step, shorter than a service manager's patience. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private enum State {
    WORKING,
    INTERRUPTED,
    LEAVING
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.WORKING);

  private Interruption() {}

  static Interruption ofThisThread() {
    Interruption interruption = new Interruption();
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interruption.unwind(main), "interruption"));
    return interruption;
  }

  boolean requested() {
    return state.get() == State.INTERRUPTED;
  }

  private void unwind(Thread main) {
    if (!state.compareAndSet(State.WORKING, State.INTERRUPTED)) {
      return;
    }
    main.interrupt();
    try {
      main.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the program with that status; returns at once if a signal is ending it already. */
  void exit(int status) {
    if (state.compareAndSet(State.WORKING, State.LEAVING)) {
      System.exit(status);
    }
  }
}
