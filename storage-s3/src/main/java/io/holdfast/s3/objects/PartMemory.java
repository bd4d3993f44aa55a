package io.holdfast.s3.objects;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The memory of all parts of all writers of a site, in pieces. When it is used up, writers wait as
 * long as anything is on its way, for that comes back by itself. What lies in parts that still fill
 * does not: its writer may be waiting, too, or be this thread's own. So when nothing is on its way,
 * a piece more is given.
 */
final class PartMemory {
  static final int PIECE = 1 << 20;

  private final long budget;
  private final Deque<byte[]> free = new ArrayDeque<>();
  private long used;
  private int underWay;

  PartMemory(long budget) {
    this.budget = budget;
  }

  synchronized byte[] take() throws InterruptedException {
    while (used + PIECE > budget && underWay > 0) {
      wait();
    }
    used += PIECE;
    byte[] recycled = free.poll();
    return recycled == null ? new byte[PIECE] : recycled;
  }

  /** These pieces are on their way now, and will be given back by whoever carries them. */
  synchronized void depart(List<byte[]> pieces) {
    underWay += pieces.size();
    notifyAll();
  }

  synchronized void arrive(List<byte[]> pieces) {
    underWay -= pieces.size();
    giveBack(pieces);
  }

  synchronized void giveBack(List<byte[]> pieces) {
    for (byte[] piece : pieces) {
      used -= PIECE;
      if ((free.size() + 1L) * PIECE + used <= budget) {
        free.push(piece);
      }
    }
    notifyAll();
  }
}
