package io.holdfast.notifications;

import io.holdfast.notifications.incident.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was noticed and not thought about yet. Bounded: the same again takes the place of what was
 * said before, and the order of the last words is kept. Thread-safe.
 */
final class Inbox {
  /** Far more than there are schedules and clusters. */
  static final int MOST = 5000;

  private final Map<String, Observation> waiting = new LinkedHashMap<>();
  private long lost;
  private boolean ending;

  synchronized void put(Observation observation) {
    waiting.remove(observation.identity());
    if (waiting.size() >= MOST) {
      lost++;
      return;
    }
    waiting.put(observation.identity(), observation);
    notifyAll();
  }

  synchronized List<Observation> take() {
    List<Observation> taken = new ArrayList<>(waiting.values());
    waiting.clear();
    return taken;
  }

  synchronized long lost() {
    return lost;
  }

  /** Nobody waits any more from now on. */
  synchronized void end() {
    ending = true;
    notifyAll();
  }

  /** Until there is something, but no longer than that. */
  synchronized void await(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    long left = most.toMillis();
    while (waiting.isEmpty() && left > 0 && !ending) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
  }
}
