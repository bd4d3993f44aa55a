package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One object on its way to a further site: a bounded queue, and a thread that empties it. All
 * public steps are one thread's, the writer's.
 */
final class SiteFeed implements AutoCloseable {
  private static final int QUEUED = 6;

  private final Storage site;
  private final Storage primary;
  private final ObjectKey key;
  private final Blocks blocks;
  private final Patience patience;
  private final BlockingQueue<Step> queue = new ArrayBlockingQueue<>(QUEUED);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable StorageException failure;
  private volatile boolean abandoned;
  private volatile boolean committed;
  private volatile long lastStep = System.nanoTime();

  private sealed interface Step {}

  private record Bytes(byte[] block, int length) implements Step {}

  /** After the last bytes. */
  private enum End implements Step {
    COMMIT,
    ABANDON
  }

  private SiteFeed(Storage site, Storage primary, ObjectKey key, Blocks blocks, Patience patience) {
    this.site = site;
    this.primary = primary;
    this.key = key;
    this.blocks = blocks;
    this.patience = patience;
  }

  /**
   * @param site itself, for here is a thread to wait with
   */
  static SiteFeed start(
      Storage site,
      Storage primary,
      ObjectKey key,
      Blocks blocks,
      Patience patience,
      Executor threads) {
    SiteFeed feed = new SiteFeed(site, primary, key, blocks, patience);
    threads.execute(feed::run);
    return feed;
  }

  private void run() {
    try {
      write();
    } catch (StorageException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure =
          new StorageException(
              "could not write " + key + " to " + site.description() + ": " + e, null, e);
    } finally {
      ended.countDown();
    }
  }

  private void write() {
    try (ObjectWriter out = site.write(key)) {
      Step step = take();
      for (; step instanceof Bytes(byte[] block, int length); step = take()) {
        out.write(block, 0, length);
        blocks.giveBack(block);
        lastStep = System.nanoTime();
      }
      if (step == End.COMMIT) {
        commit(out);
      }
    }
  }

  private Step take() {
    try {
      return abandoned ? End.ABANDON : queue.take();
    } catch (InterruptedException e) {
      return End.ABANDON;
    }
  }

  /** What was written is looked at once more: whoever is told "durable" may delete the original. */
  private void commit(ObjectWriter out) {
    try {
      out.commit();
    } catch (ObjectExistsException e) {
      new Agreement(primary, site).requireSame(key);
    }
    Optional<Long> found = site.stat(key).map(ObjectStat::size);
    long expected = out.position();
    if (found.filter(size -> size == expected).isEmpty()) {
      throw new StorageException(
          "could not store "
              + key
              + " on "
              + site.description()
              + ": expected "
              + expected
              + " bytes, as just written, found "
              + found.map(String::valueOf).orElse("no such object"),
          null,
          null);
    }
    committed = true;
  }

  /**
   * Hands over a block, which is the feed's from then on. Waits while the queue is full and the
   * site moves.
   *
   * @return false once the site has failed
   */
  boolean put(byte[] block, int length) {
    return put(new Bytes(block, length));
  }

  private boolean put(Step step) {
    try {
      while (failure == null && ended.getCount() > 0) {
        if (queue.offer(step, 20, TimeUnit.MILLISECONDS)) {
          return true;
        }
        failIfStuck(patience.call());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = interrupted(e);
    }
    return false;
  }

  private void failIfStuck(Duration most) {
    if (System.nanoTime() - lastStep > most.toNanos()) {
      failure = new SiteHangsException(site.description(), "write " + key, most);
    }
  }

  /** Makes the object exist on the site; the primary has it already. */
  boolean commit() {
    return put(End.COMMIT);
  }

  /** The failure of the site, if any, once the object is there or is not going to be. */
  Optional<StorageException> awaitCommit() {
    lastStep = System.nanoTime();
    try {
      while (failure == null && !ended.await(50, TimeUnit.MILLISECONDS)) {
        failIfStuck(patience.commit());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = interrupted(e);
    }
    return failure();
  }

  private StorageException interrupted(InterruptedException e) {
    return new StorageException(
        "could not write " + key + " to " + site.description() + ": interrupted", null, e);
  }

  Optional<StorageException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Leaves nothing on the site, unless it was committed. Waits for that only if the site moves. */
  @Override
  public void close() {
    abandoned = true;
    for (Step step = queue.poll(); step != null; step = queue.poll()) {
      if (step instanceof Bytes(byte[] block, int _)) {
        blocks.giveBack(block);
      }
    }
    boolean stuck = failure instanceof SiteHangsException;
    if (!queue.offer(End.ABANDON) || stuck || committed) {
      return;
    }
    try {
      if (!ended.await(patience.call().toMillis(), TimeUnit.MILLISECONDS) && failure == null) {
        failure = new SiteHangsException(site.description(), "abandon " + key, patience.call());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
