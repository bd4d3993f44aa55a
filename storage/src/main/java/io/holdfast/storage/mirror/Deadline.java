package io.holdfast.storage.mirror;

import io.holdfast.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for calls of one site, but not for ever. While one hangs, further ones fail at once, so the
 * threads that hang on a dead site are few. A call that was given up may still take effect.
 */
final class Deadline {
  private final String site;
  private final ExecutorService threads;
  private final AtomicInteger hanging = new AtomicInteger();

  /** Calls that nobody waits for any more because he was interrupted: no fault of the site. */
  private final AtomicInteger left = new AtomicInteger();

  Deadline(String site, ExecutorService threads) {
    this.site = site;
    this.threads = threads;
  }

  /** Counts itself from the moment it is given up until it ends after all. */
  private static final class Call<T> extends FutureTask<T> {
    private boolean over;
    private @Nullable AtomicInteger countedIn;

    Call(Supplier<T> work) {
      super(work::get);
    }

    @Override
    protected synchronized void done() {
      over = true;
      if (countedIn != null) {
        countedIn.decrementAndGet();
      }
    }

    synchronized void giveUp(AtomicInteger count) {
      if (!over) {
        countedIn = count;
        count.incrementAndGet();
      }
    }
  }

  <T> T within(Duration patience, String what, Supplier<T> work) {
    if (isHanging()) {
      throw new SiteHangsException(site, what, patience);
    }
    Call<T> call = new Call<>(work);
    threads.execute(call);
    try {
      return call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      call.giveUp(hanging);
      throw new SiteHangsException(site, what, patience);
    } catch (InterruptedException e) {
      call.giveUp(left);
      Thread.currentThread().interrupt();
      throw new StorageException("could not " + what + " on " + site + ": interrupted", null, e);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    return switch (cause) {
      case null -> new IllegalStateException("a call failed without a cause");
      case RuntimeException failure -> failure;
      case Error error -> throw error;
      default -> new IllegalStateException(cause);
    };
  }

  boolean isHanging() {
    return hanging.get() > 0;
  }

  /** Whether any call goes on that nobody waits for. */
  boolean isBusy() {
    return isHanging() || left.get() > 0;
  }
}
