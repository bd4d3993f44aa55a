package io.holdfast.repository.container;

import io.holdfast.repository.sealing.Keyring;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;

/**
 * Lends sealers and openers to work that is too short to own one, such as a WAL segment: their
 * contexts and buffers cost more than the work. Keeps a few. Thread-safe.
 */
public final class FramePool implements AutoCloseable {
  private static final int KEPT = 3;

  private final Keyring keys;
  private final int level;
  private final BlockingQueue<FrameSealer> sealers = new ArrayBlockingQueue<>(KEPT);
  private final BlockingQueue<FrameOpener> openers = new ArrayBlockingQueue<>(KEPT);
  private volatile boolean closed;

  public FramePool(Keyring keys, int level) {
    this.keys = keys;
    this.level = level;
  }

  public <T> T sealing(Function<FrameSealer, T> work) {
    FrameSealer kept = sealers.poll();
    FrameSealer sealer = kept != null ? kept : new FrameSealer(keys, level);
    try {
      return work.apply(sealer);
    } finally {
      if (closed || !sealers.offer(sealer)) {
        sealer.close();
      }
    }
  }

  public <T> T opening(Function<FrameOpener, T> work) {
    FrameOpener kept = openers.poll();
    FrameOpener opener = kept != null ? kept : new FrameOpener(keys);
    try {
      return work.apply(opener);
    } finally {
      if (closed || !openers.offer(opener)) {
        opener.close();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (FrameSealer each = sealers.poll(); each != null; each = sealers.poll()) {
      each.close();
    }
    for (FrameOpener each = openers.poll(); each != null; each = openers.poll()) {
      each.close();
    }
  }
}
