package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listing that is asked for the next object instead of calling with each: several can be merged,
 * and one that hangs is given up. Holds a few batches, whatever the length.
 */
final class Listed implements AutoCloseable {
  private static final int BATCH = 256;
  private static final int BATCHES = 4;
  private static final long LOOK_MILLIS = 50;

  private final String site;
  private final String prefix;
  private final Duration patience;
  private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(BATCHES);
  private Queue<ObjectStat> current = new ArrayDeque<>();
  private boolean ended;
  private volatile boolean closed;

  /**
   * @param last whether the listing ended with it, well or with the failure
   */
  private record Batch(List<ObjectStat> stats, boolean last, @Nullable RuntimeException failure) {}

  /** Ends a listing that nobody reads any more. */
  private static final class NobodyReads extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private Listed(String site, String prefix, Duration patience) {
    this.site = site;
    this.prefix = prefix;
    this.patience = patience;
  }

  static Listed start(Storage storage, String prefix, Executor threads, Duration patience) {
    return start(storage, prefix, threads, patience, consumer -> storage.list(prefix, consumer));
  }

  static Listed leftovers(Storage storage, String prefix, Executor threads, Duration patience) {
    return start(
        storage, prefix, threads, patience, consumer -> storage.leftovers(prefix, consumer));
  }

  private static Listed start(
      Storage storage,
      String prefix,
      Executor threads,
      Duration patience,
      Consumer<Consumer<ObjectStat>> listing) {
    Listed listed = new Listed(storage.description(), prefix, patience);
    threads.execute(() -> listed.run(listing));
    return listed;
  }

  private void run(Consumer<Consumer<ObjectStat>> listing) {
    List<ObjectStat> batch = new ArrayList<>(BATCH);
    RuntimeException failure = null;
    try {
      listing.accept(stat -> {
        batch.add(stat);
        if (batch.size() == BATCH) {
          put(new Batch(List.copyOf(batch), false, null));
          batch.clear();
        }
      });
    } catch (NobodyReads e) {
      return;
    } catch (RuntimeException e) {
      failure = e;
    }
    try {
      put(new Batch(List.copyOf(batch), true, failure));
    } catch (NobodyReads e) {
      // Then nobody misses it.
    }
  }

  private void put(Batch batch) {
    try {
      while (!batches.offer(batch, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (closed) {
          throw new NobodyReads();
        }
      }
    } catch (InterruptedException e) {
      throw new NobodyReads();
    }
  }

  /** The next one in key order; empty behind the last. */
  Optional<ObjectStat> next() {
    while (current.isEmpty() && !ended) {
      take();
    }
    return Optional.ofNullable(current.poll());
  }

  private void take() {
    Batch batch;
    try {
      batch = batches.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException(
          "could not list " + prefix + " on " + site + ": interrupted", null, e);
    }
    if (batch == null) {
      ended = true;
      throw new SiteHangsException(site, "list " + prefix, patience);
    }
    ended = batch.last();
    current = new ArrayDeque<>(batch.stats());
    if (batch.failure() != null) {
      current.clear();
      throw batch.failure();
    }
  }

  @Override
  public void close() {
    closed = true;
    batches.clear();
  }
}
