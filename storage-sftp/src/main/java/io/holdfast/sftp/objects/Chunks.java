package io.holdfast.sftp.objects;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Bounds what all readers and writers of a site have under way together. Each may always have one
 * chunk, so that nobody waits for anybody; what is beyond that comes out of a budget. Thread-safe.
 */
final class Chunks {
  private final int size;
  private final int budget;
  private final Deque<byte[]> free = new ArrayDeque<>();
  private int taken;

  Chunks(int size, int budget) {
    this.size = size;
    this.budget = budget;
  }

  int size() {
    return size;
  }

  /** A buffer out of the budget; empty if it is used up. */
  synchronized Optional<byte[]> take() {
    return reserve() ? Optional.of(buffer()) : Optional.empty();
  }

  /** The one buffer that everybody may have. */
  synchronized byte[] takeFirst() {
    taken++;
    return buffer();
  }

  synchronized void giveBack(byte[] buffer) {
    taken--;
    if (free.size() < budget) {
      free.push(buffer);
    }
  }

  /** Room for a chunk that somebody else allocates. */
  synchronized boolean reserve() {
    if (taken >= budget) {
      return false;
    }
    taken++;
    return true;
  }

  synchronized void reserveFirst() {
    taken++;
  }

  synchronized void release() {
    taken--;
  }

  /** Chunks that are in use. */
  synchronized int taken() {
    return taken;
  }

  private byte[] buffer() {
    byte[] found = free.poll();
    return found == null ? new byte[size] : found;
  }
}
