package io.holdfast.storage.local;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Direct buffers, used again. Reading and writing heap arrays through a channel would leave a
 * direct copy of the largest one with every thread; this keeps at most {@value #KEPT} small ones
 * for all.
 */
final class IoBuffers {
  private static final int SIZE = 256 << 10;
  private static final int KEPT = 16;
  private static final ConcurrentLinkedQueue<ByteBuffer> IDLE = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private IoBuffers() {}

  static ByteBuffer take() {
    ByteBuffer idle = IDLE.poll();
    if (idle == null) {
      return ByteBuffer.allocateDirect(SIZE);
    }
    COUNT.decrementAndGet();
    return idle.clear();
  }

  /** The caller must not touch it any more. */
  static void giveBack(ByteBuffer buffer) {
    if (COUNT.incrementAndGet() <= KEPT) {
      IDLE.add(buffer);
    } else {
      COUNT.decrementAndGet();
    }
  }
}
