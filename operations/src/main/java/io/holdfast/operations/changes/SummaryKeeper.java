package io.holdfast.operations.changes;

import io.holdfast.postgres.WalSegment;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps a summary of each segment that is archived, beside the archiving and never in its way:
 * nothing here throws, waits for the repository or grows, and what does not become of a summary is
 * derived by the backup that misses it. A segment's summary is stored when the segment and the one
 * after it, in which its last record may end, are both in the archive; they may come in any order.
 * Thread-safe.
 */
public final class SummaryKeeper implements AutoCloseable {
  /** Segments whose neighbour is awaited: as many as are archived side by side, and some. */
  private static final int OPEN = 8;

  private static final int WAITING = 64;
  private static final long WAITING_BYTES = 16L << 20;
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private final SummaryStore store;
  private final Progress progress;
  private final Map<WalSegment, SegmentReading> open = new LinkedHashMap<>();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicBoolean troubled = new AtomicBoolean();
  private final ThreadPoolExecutor writer;

  public SummaryKeeper(SummaryStore store, Progress progress) {
    this.store = store;
    this.progress = progress;
    this.writer =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("change-summaries-", 0).daemon().factory());
    writer.allowCoreThreadTimeOut(true);
  }

  /** The segment that was read is in the archive, with the bytes that were read. */
  public void archived(SegmentReading reading) {
    try {
      note(reading);
    } catch (RuntimeException e) {
      failed(reading.segment(), e);
    }
  }

  /** Reading a segment went wrong in a way that archiving it did not. */
  public void failed(WalSegment segment, RuntimeException e) {
    if (!troubled.getAndSet(true)) {
      progress.warn(
          "could not keep the change summary of WAL segment "
              + segment.name()
              + ": "
              + e.getMessage()
              + ((e instanceof HoldfastException known)
                  ? known.hint().map(hint -> ". " + hint).orElse("")
                  : "")
              + ". The WAL itself is archived; the next backup reads it again to find what changed");
    }
  }

  private synchronized void note(SegmentReading reading) {
    WalSegment segment = reading.segment();
    SegmentReading before = segment.number() == 0 ? null : open.get(before(segment));
    if (before != null) {
      before.completeWith(reading);
      keepIfKnown(before);
    }
    SegmentReading after = open.get(segment.next());
    if (after != null) {
      reading.completeWith(after);
    }
    open.put(segment, reading);
    keepIfKnown(reading);
    if (open.size() > OPEN) {
      open.remove(open.keySet().iterator().next());
    }
  }

  private static WalSegment before(WalSegment segment) {
    return new WalSegment(segment.timeline(), segment.number() - 1, segment.size());
  }

  private void keepIfKnown(SegmentReading reading) {
    Optional<SegmentSummary> summary = reading.takeSummary();
    if (summary.isPresent()) {
      keep(reading.segment(), SummaryFormat.encode(summary.get()));
    }
  }

  private void keep(WalSegment segment, byte[] content) {
    if (waiting.addAndGet(content.length) > WAITING_BYTES) {
      waiting.addAndGet(-content.length);
      failed(segment, tooSlow());
      return;
    }
    try {
      writer.execute(() -> write(segment, content));
    } catch (RejectedExecutionException e) {
      waiting.addAndGet(-content.length);
      if (!writer.isShutdown()) {
        failed(segment, tooSlow());
      }
    }
  }

  private static RuntimeException tooSlow() {
    return new IllegalStateException("the repository is slower than the WAL");
  }

  private void write(WalSegment segment, byte[] content) {
    try {
      store.keep(segment, content);
      if (troubled.getAndSet(false)) {
        progress.note("change summaries are kept again");
      }
    } catch (RuntimeException e) {
      failed(segment, e);
    } finally {
      waiting.addAndGet(-content.length);
    }
  }

  /** Waits a moment for what is still to be stored; gives up the rest. */
  @Override
  public void close() {
    writer.shutdown();
    boolean interrupted = false;
    try {
      if (!writer.awaitTermination(FAREWELL.toSeconds(), TimeUnit.SECONDS)) {
        writer.shutdownNow();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      writer.shutdownNow();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
