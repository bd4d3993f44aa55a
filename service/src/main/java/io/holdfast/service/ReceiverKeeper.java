package io.holdfast.service;

import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.ReceiverState;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps WAL of one cluster coming: starts its receiver, starts it again when it ends by a failure
 * that no patience of its own mends, and stands by while another node has it.
 */
final class ReceiverKeeper implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final Duration STAND_BY = Duration.ofSeconds(15);
  private static final Duration SHORTEST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final String cluster;
  private final Receiving.Start start;
  private final ServiceEvents events;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Receiver receiver;
  private volatile String phase = "starting";
  private volatile @Nullable String trouble;

  ReceiverKeeper(String cluster, Receiving.Start start, ServiceEvents events) {
    this.cluster = cluster;
    this.start = start;
    this.events = events;
    this.thread = Thread.ofPlatform().name("receives-" + cluster).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  ReceiverStanding standing() {
    Receiver now = receiver;
    if (now == null) {
      return new ReceiverStanding(phase, Optional.empty(), Optional.ofNullable(trouble));
    }
    var state = now.state();
    return new ReceiverStanding(state.phase(), Optional.of(state), state.trouble());
  }

  private Matter matter() {
    return new Matter(cluster, "wal.receiving", "WAL of " + cluster);
  }

  private void run() {
    Duration wait = SHORTEST;
    try {
      while (stop.getCount() > 0) {
        try (Receiving receiving = start.start()) {
          receiver = receiving.receiver();
          over();
          events.note(matter(), "is received here");
          wait = SHORTEST;
          ReceiverWatch watch = new ReceiverWatch();
          while (!receiving.receiver().awaitEnd(LOOK_EVERY)) {
            look(watch, receiving.receiver().state());
          }
        } catch (LeaseHeldException e) {
          over();
          if (!phase.equals("on another node")) {
            phase = "on another node";
            events.note(matter(), "is received by another process: " + e.getMessage());
          }
          wait = STAND_BY;
        } catch (HoldfastException e) {
          met(e.getMessage() + e.hint().map(hint -> " HINT: " + hint).orElse(""));
          wait = longer(wait);
        } finally {
          receiver = null;
        }
        if (stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      met("receiving broke off by a fault of Holdfast itself: " + e);
    } finally {
      phase = "stopped";
    }
  }

  private void look(ReceiverWatch watch, ReceiverState state) {
    watch.look(state, System.nanoTime());
    watch.trouble().ifPresentOrElse(this::met, this::over);
    if (watch.takeReceiving()) {
      events.receiving(cluster);
    }
  }

  private static Duration longer(Duration wait) {
    Duration twice = wait.multipliedBy(2);
    return twice.compareTo(LONGEST) > 0 ? LONGEST : twice;
  }

  private void met(String what) {
    boolean news = trouble == null;
    trouble = what;
    phase = "waiting";
    if (news) {
      events.trouble(matter(), what);
    }
  }

  private void over() {
    if (trouble != null) {
      trouble = null;
      events.over(matter());
    }
  }

  /** Asks it to end; returns at once. */
  void stop() {
    stop.countDown();
    Receiver now = receiver;
    if (now != null) {
      now.stop();
    }
  }

  /** Stops it, and waits until what was received is shipped and the lease is back. */
  @Override
  public void close() {
    stop();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
