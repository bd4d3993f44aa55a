package io.holdfast.operations.wal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Room for one part while it is read, scanned and sent. A service receives WAL of hundreds of
 * servers: most parts are small, but when it starts all of them catch up at once, so of large rooms
 * the process has few, and whoever wants one more waits. Nobody may want a second one while he has
 * one.
 */
final class PartRoom implements AutoCloseable {
  static final int SMALL = 64 << 10;
  static final int LARGE_AT_ONCE = 8;

  private static final Semaphore LARGE = new Semaphore(LARGE_AT_ONCE, true);
  private static final Queue<byte[]> IDLE = new ConcurrentLinkedQueue<>();

  private final byte[] bytes;

  private PartRoom(byte[] bytes) {
    this.bytes = bytes;
  }

  /** At least so many bytes, at most {@link PartShipper#MAX_PART}; may wait for a large one. */
  static PartRoom of(int length) {
    if (length <= SMALL) {
      return new PartRoom(new byte[SMALL]);
    }
    LARGE.acquireUninterruptibly();
    byte[] idle = IDLE.poll();
    return new PartRoom(idle == null ? new byte[PartShipper.MAX_PART] : idle);
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (bytes.length > SMALL) {
      IDLE.add(bytes);
      LARGE.release();
    }
  }
}
