package io.holdfast.s3.objects;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * The memory of all parts on their way, shared by all writers of a site. A writer whose parts are
 * on their way waits when it is used up; one that has none under way never does, so that no writer
 * can wait for another one, which may be the same thread's.
 */
final class PartBuffers {
  private final long budget;
  private final int usual;
  private final Deque<byte[]> free = new ArrayDeque<>();
  private long used;

  PartBuffers(long budget, int usual) {
    this.budget = budget;
    this.usual = usual;
  }

  /**
   * @param mayWait whether something will come back without this thread; asked again and again
   */
  synchronized byte[] take(int size, BooleanSupplier mayWait) throws InterruptedException {
    while (used + size > budget && mayWait.getAsBoolean()) {
      wait();
    }
    used += size;
    byte[] recycled = size == usual ? free.poll() : null;
    return recycled != null ? recycled : new byte[size];
  }

  synchronized void giveBack(byte[] buffer) {
    used -= buffer.length;
    if (buffer.length == usual && (long) (free.size() + 1) * usual + used <= budget) {
      free.push(buffer);
    }
    notifyAll();
  }
}
