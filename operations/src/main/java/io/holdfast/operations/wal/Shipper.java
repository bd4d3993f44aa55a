package io.holdfast.operations.wal;

import io.holdfast.operations.changes.SummaryKeeper;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.DifferentContentException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings what the streaming thread receives into the repository, on a thread of its own, in order.
 * Between the two stands a bounded hand-over: a few whole segments and the one under way. Trouble
 * with the repository is waited out; what is not stored is never reported as durable.
 */
final class Shipper implements AutoCloseable {
  /** Whole segments that may wait, by bytes; but always one. */
  private static final long MAX_WAITING = 128L << 20;

  private static final Duration STALLED_BY_TROUBLE = Duration.ofSeconds(10);
  private static final Duration STALLED_SILENTLY = Duration.ofMinutes(2);

  private final WalArchive archive;
  private final Duration interval;
  private final Runnable fence;
  private final Trouble trouble;
  private final SummaryKeeper summaries;
  private final Thread thread;
  private final BackOff backOff = new BackOff();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<SpoolSegment> sealed = new ArrayDeque<>();
  private @Nullable SpoolSegment current;
  private @Nullable SpoolSegment inWork;
  private long workBegan;
  private Lsn durable = new Lsn(0);
  private Lsn wanted = new Lsn(0);
  private long lastTick = System.nanoTime();
  private boolean ending;
  private boolean spoolLost;
  private @Nullable RuntimeException failure;

  // Of the shipping thread alone.
  private @Nullable PartShipper parts;
  private @Nullable SpoolSegment partsOf;
  private @Nullable SpoolSegment failedOn;

  /**
   * @param fence called now and then on the shipping thread; throws when shipping must end
   */
  Shipper(
      WalArchive archive,
      Duration interval,
      Runnable fence,
      Progress progress,
      InstantSource clock) {
    this.archive = archive;
    this.interval = interval;
    this.fence = fence;
    this.trouble = new Trouble("WAL cannot be stored", progress, clock);
    this.summaries = archive.keepSummaries(progress);
    this.thread = Thread.ofPlatform().name("wal-shipper").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Whether the repository has taken nothing for so long that it may not do so soon. */
  boolean stalled() {
    boolean troubled = trouble.lasting().compareTo(STALLED_BY_TROUBLE) > 0;
    return locked(() ->
        inWork != null && (troubled || System.nanoTime() - workBegan > STALLED_SILENTLY.toNanos()));
  }

  Optional<String> trouble() {
    return trouble.text();
  }

  Lsn durable() {
    return locked(() -> durable);
  }

  /**
   * The next segment; everything before it is in the repository or queued. Refused (closed, so that
   * writing to it fails) while one before it is lost: nothing may be stored after a hole.
   */
  void begin(SpoolSegment segment) {
    locked(() -> {
      if (spoolLost) {
        segment.close();
      } else {
        current = segment;
      }
      return changed(true);
    });
  }

  /** A new stream begins here: what was durable of another one says nothing about it. */
  void restartAt(Lsn position) {
    locked(() -> {
      durable = position;
      spoolLost = false;
      return changed(position);
    });
  }

  /**
   * Hands over the segment under way, whole or cut off by the end of its stream. Ask {@link
   * #hasRoom} before the next.
   */
  void seal() {
    locked(() -> {
      SpoolSegment segment = current;
      current = null;
      if (segment != null) {
        sealed.add(segment);
      }
      return changed(true);
    });
  }

  boolean hasRoom(Duration patience) throws InterruptedException {
    return await(this::room, patience);
  }

  private boolean room() {
    long size = archive.segmentSize();
    return sealed.isEmpty() || (sealed.size() + 1) * size <= MAX_WAITING;
  }

  /** Waits until everything handed over is in the repository. */
  boolean awaitDrained(Duration patience) throws InterruptedException {
    return await(() -> sealed.isEmpty() && inWork == null, patience);
  }

  /** Has the part under way shipped as soon as it reaches {@code lsn}. */
  void want(Lsn lsn) {
    locked(() -> {
      wanted = lsn.isAfter(wanted) ? lsn : wanted;
      return changed(lsn);
    });
  }

  /** Waits until everything before {@code lsn} is durable; hurries the part under way. */
  boolean awaitDurable(Lsn lsn, Duration patience) throws InterruptedException {
    want(lsn);
    return await(() -> !durable.isBefore(lsn), patience);
  }

  /** Whether a spool file vanished: what it held has to be received again. */
  boolean spoolLost() {
    return locked(() -> spoolLost);
  }

  /** Rethrows what ended the shipping thread, if anything did. */
  void check() {
    locked(() -> Optional.ofNullable(failure))
        .ifPresent(met -> {
          throw met;
        });
  }

  /** Ends at once. What was handed over and not stored is dropped: the server still has it. */
  @Override
  public void close() {
    locked(() -> {
      ending = true;
      return changed(true);
    });
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    drop();
    summaries.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      for (Optional<SpoolSegment> next = next(); next.isPresent(); next = next()) {
        shipPatiently(next.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      fail(e);
    } catch (Error e) {
      fail(new IllegalStateException("storing WAL broke off: " + e, e));
    }
  }

  private void fail(RuntimeException met) {
    locked(() -> {
      failure = met;
      return changed(met);
    });
  }

  /** The oldest sealed segment, or the one under way when its time has come; empty at the end. */
  private Optional<SpoolSegment> next() throws InterruptedException {
    lock.lock();
    try {
      inWork = null;
      changed.signalAll();
      while (!ending) {
        SpoolSegment candidate = sealed.isEmpty() ? current : sealed.peek();
        long wait = candidate == null ? Long.MAX_VALUE : untilDue(candidate);
        if (candidate != null && wait <= 0) {
          lastTick = System.nanoTime();
          inWork = candidate;
          workBegan = lastTick;
          return Optional.of(candidate);
        }
        var _ = changed.awaitNanos(Math.min(wait, TimeUnit.SECONDS.toNanos(1)));
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private long untilDue(SpoolSegment candidate) {
    if (candidate != current) {
      return 0;
    }
    Lsn end = candidate.segment().start().plus(candidate.written());
    if (!end.isAfter(durable)) {
      return Math.max(TimeUnit.MILLISECONDS.toNanos(5), interval.toNanos() / 4);
    }
    return wanted.isAfter(durable) && !end.isBefore(wanted)
        ? 0
        : Math.max(0, lastTick + interval.toNanos() - System.nanoTime());
  }

  private void shipPatiently(SpoolSegment segment) throws InterruptedException {
    while (true) {
      try {
        fence.run();
        ship(segment);
        trouble.over();
        backOff.reset();
        return;
      } catch (DifferentContentException | PartShipper.OtherWalException e) {
        throw e;
      } catch (HoldfastException e) {
        if (e.status() == ExitStatus.REFUSED || e.status() == ExitStatus.LEASE_HELD) {
          throw e;
        }
        parts = null;
        failedOn = segment;
        trouble.met(e);
        if (segment.lost()) {
          drop();
          return;
        }
        pause(backOff.next());
      }
    }
  }

  private void pause(Duration wait) throws InterruptedException {
    boolean ended = await(() -> ending, wait);
    if (ended) {
      throw new InterruptedException("ending");
    }
  }

  private void ship(SpoolSegment segment) {
    boolean open = locked(() -> segment == current);
    if (segment.complete() && !open) {
      shipWhole(segment);
    } else {
      long bytes = partsOf(segment).ship();
      advance(segment, bytes);
    }
    if (!open) {
      locked(() -> {
        sealed.remove(segment);
        return changed(segment);
      });
      parts = null;
      segment.close();
    }
  }

  private void shipWhole(SpoolSegment segment) {
    boolean before = segment.resumed() || failedOn == segment || partsOf == segment;
    if (before) {
      partsOf(segment).compareFound(segment.written());
    }
    WalSegment name = segment.segment();
    archive.put(name, segment.file(), summaries);
    advance(segment, segment.written());
    if (before) {
      archive.deleteParts(name);
    }
  }

  private PartShipper partsOf(SpoolSegment segment) {
    PartShipper known = parts;
    if (known == null || partsOf != segment) {
      boolean look = segment.resumed() || failedOn == segment;
      known = new PartShipper(archive, segment, look);
      parts = known;
      partsOf = segment;
    }
    return known;
  }

  /**
   * The one place where anything becomes durable; a hole before it would be a lie to the server.
   */
  private void advance(SpoolSegment segment, long bytes) {
    Lsn from = segment.segment().start();
    Lsn to = from.plus(bytes);
    locked(() -> {
      if (from.isAfter(durable)) {
        throw new IllegalStateException("WAL from " + durable + " to " + from + " was passed over");
      }
      durable = to.isAfter(durable) ? to : durable;
      return changed(to);
    });
  }

  private void drop() {
    locked(() -> {
      sealed.forEach(SpoolSegment::close);
      sealed.clear();
      if (current != null) {
        current.close();
        current = null;
      }
      spoolLost = true;
      return changed(true);
    });
  }

  private <T> T changed(T value) {
    changed.signalAll();
    return value;
  }

  private <T> T locked(java.util.function.Supplier<T> body) {
    lock.lock();
    try {
      return body.get();
    } finally {
      lock.unlock();
    }
  }

  private boolean await(java.util.function.BooleanSupplier condition, Duration patience)
      throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (!condition.getAsBoolean()) {
        if (failure != null || left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
