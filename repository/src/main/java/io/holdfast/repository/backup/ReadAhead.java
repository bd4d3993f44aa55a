package io.holdfast.repository.backup;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the next ranges of a pack while one is being worked on, so that a store far away is not
 * waited for again and again. What is in flight shares a few buffers of the whole process: where
 * none is free, a range is fetched when it is its turn. Used by one thread.
 */
final class ReadAhead implements AutoCloseable {
  /** Bytes of a range that can be fetched ahead. */
  static final int SIZE = 2 << 20;

  /** With 30 ms for a request and 100 MB/s, so much hides the wait. */
  private static final int DEPTH = 3;

  private static final int BUFFERS = 8;
  private static final Deque<byte[]> FREE = new ArrayDeque<>();
  private static int made;

  private final List<PackRange> ranges;
  private final Fetching fetching;
  private final Map<Integer, Ahead> underWay = new HashMap<>();
  private byte @Nullable [] lent;
  private int next;

  /** Fills a buffer with a range; any thread. */
  @FunctionalInterface
  interface Fetching {
    void fetch(PackRange range, byte[] into);
  }

  private record Ahead(FutureTask<byte[]> task, byte[] buffer, Thread thread) {}

  /**
   * @param ranges in the order in which they will be asked for
   */
  ReadAhead(List<PackRange> ranges, Fetching fetching) {
    this.ranges = ranges;
    this.fetching = fetching;
  }

  /**
   * Begins with the first ranges.
   *
   * @param worthIt whether the reader has anything else to wait for meanwhile; if not, it fetches a
   *     range that is alone by itself
   */
  void start(boolean worthIt) {
    if (worthIt) {
      fetchAhead(0);
    }
  }

  boolean isFetched(int number) {
    return underWay.containsKey(number);
  }

  /**
   * A range's bytes, valid until the next call. What went wrong fetching it ahead is thrown here.
   *
   * @param own is filled and returned if it was not fetched ahead; long enough for the range
   */
  byte[] take(int number, byte[] own) {
    giveBackLent();
    Ahead ahead = underWay.remove(number);
    fetchAhead(number + 1);
    if (ahead == null) {
      fetching.fetch(ranges.get(number), own);
      return own;
    }
    lent = ahead.buffer();
    return result(ahead.task());
  }

  private void fetchAhead(int from) {
    next = Math.max(next, from);
    while (next < ranges.size() && next < from + DEPTH) {
      PackRange range = ranges.get(next);
      byte[] buffer = range.length() <= SIZE ? borrow() : null;
      if (buffer == null) {
        return;
      }
      FutureTask<byte[]> task =
          new FutureTask<>(() -> {
            fetching.fetch(range, buffer);
            return buffer;
          });
      underWay.put(
          next, new Ahead(task, buffer, Thread.ofVirtual().name("read-ahead").start(task)));
      next++;
    }
  }

  private static byte[] result(FutureTask<byte[]> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      Throwable failure = e.getCause();
      if (failure instanceof RuntimeException known) {
        throw known;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish reading: interrupted", null, e);
    }
  }

  private static byte @Nullable [] borrow() {
    synchronized (FREE) {
      if (FREE.isEmpty() && made < BUFFERS) {
        made++;
        return new byte[SIZE];
      }
      return FREE.poll();
    }
  }

  private static void giveBack(byte[] buffer) {
    synchronized (FREE) {
      FREE.push(buffer);
    }
  }

  private void giveBackLent() {
    byte[] back = lent;
    if (back != null) {
      lent = null;
      giveBack(back);
    }
  }

  /** Ends what is under way: nobody writes into a buffer that was given back. */
  @Override
  public void close() {
    giveBackLent();
    underWay.values().forEach(ahead -> ahead.thread().interrupt());
    boolean interrupted = false;
    for (Ahead ahead : underWay.values()) {
      interrupted |= awaitEnd(ahead.thread());
      giveBack(ahead.buffer());
    }
    underWay.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
