package io.holdfast.storage.mirror;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Lends the arrays in which bytes wait for a further site. Keeps some. Thread-safe. */
final class Blocks {
  static final int SIZE = 256 << 10;

  private static final int KEPT = 24;

  private final BlockingQueue<byte[]> kept = new ArrayBlockingQueue<>(KEPT);

  byte[] take() {
    byte[] block = kept.poll();
    return block == null ? new byte[SIZE] : block;
  }

  /** Beyond what is kept, it is left to the garbage collector. */
  void giveBack(byte[] block) {
    boolean _ = kept.offer(block);
  }
}
