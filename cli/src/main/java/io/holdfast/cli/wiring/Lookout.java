package io.holdfast.cli.wiring;

import io.holdfast.vocabulary.HoldfastException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Looks at things beside the work that asked for it, one after the other: what is found is told in
 * the order in which it was looked for.
 */
final class Lookout implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final ExecutorService looking;

  Lookout(String name) {
    this.looking =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }

  /**
   * Returns at once. That the repository is away keeps the look from telling anything: those who
   * need it tell that, and there is another look.
   */
  void look(Runnable look) {
    try {
      looking.execute(() -> {
        try {
          look.run();
        } catch (HoldfastException e) {
          return;
        }
      });
    } catch (RejectedExecutionException e) {
      // It is ending.
      return;
    }
  }

  /** Waits for what is being looked at, for some seconds. */
  @Override
  public void close() {
    looking.shutdown();
    try {
      if (!looking.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        looking.shutdownNow();
      }
    } catch (InterruptedException e) {
      looking.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
