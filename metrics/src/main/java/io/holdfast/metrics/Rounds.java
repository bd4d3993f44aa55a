package io.holdfast.metrics;

import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks every so often, in a thread of its own, and keeps what was seen last. Thread-safe. */
public final class Rounds implements AutoCloseable {
  private final Looking look;
  private final Duration every;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile Optional<Round> last = Optional.empty();

  private Rounds(Looking look, Duration every) {
    this.look = look;
    this.every = every;
  }

  /**
   * Begins with a look at once.
   *
   * @param look closed in the end, by the thread that looks
   */
  public static Rounds start(Looking look, Duration every) {
    Rounds rounds = new Rounds(look, every);
    Thread.ofPlatform().name("looks").daemon().start(rounds::run);
    return rounds;
  }

  /** Empty before the first look has ended. */
  public Optional<Round> last() {
    return last;
  }

  private void run() {
    try (look) {
      do {
        last = Optional.of(look.look());
      } while (!stop.await(every.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (HoldfastException e) {
      // Interrupted: the process ends.
    }
  }

  /** No further look is begun; does not wait for one that is under way. */
  @Override
  public void close() {
    stop.countDown();
  }
}
