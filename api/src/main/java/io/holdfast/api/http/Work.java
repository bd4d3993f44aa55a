package io.holdfast.api.http;

import io.holdfast.api.answer.RefusalException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Works for answers: few at once, each for so long. One that does not end in its time is
 * interrupted, and keeps its place until it has ended: a repository that hangs holds up as many
 * threads as there are places.
 */
final class Work implements AutoCloseable {
  private static final Duration QUEUE = Duration.ofSeconds(5);

  private final Semaphore places;
  private final Duration time;
  private final Set<FutureTask<?>> running = ConcurrentHashMap.newKeySet();

  Work(int atOnce, Duration time) {
    this.places = new Semaphore(atOnce, true);
    this.time = time;
  }

  /**
   * @throws RefusalException if there is no place, or no time left
   */
  <T> T done(Supplier<T> asked) {
    try {
      if (!places.tryAcquire(QUEUE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RefusalException(503, Refusal.of(503).error().message(), null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusalException(503, "it is being stopped", null);
    }
    FutureTask<T> task = new FutureTask<>(asked::get);
    running.add(task);
    Thread.ofVirtual().name("api-answer").start(() -> run(task));
    try {
      return task.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | CancellationException e) {
      task.cancel(true);
      throw new RefusalException(504, Refusal.of(504).error().message(), null);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new RefusalException(503, "it is being stopped", null);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    }
  }

  private void run(FutureTask<?> task) {
    try {
      task.run();
    } finally {
      running.remove(task);
      places.release();
    }
  }

  @Override
  public void close() {
    running.forEach(task -> task.cancel(true));
  }
}
