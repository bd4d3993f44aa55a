package io.holdfast.operations.dumping;

import io.holdfast.repository.ChunkRef;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Gathers pieces into chunks: what is compressed together shrinks more. Used by one thread. */
final class Gathering {
  private final ChunkQueue queue;
  private byte @Nullable [] buffer;
  private int filled;
  private CompletableFuture<ChunkRef> chunk = new CompletableFuture<>();

  Gathering(ChunkQueue queue) {
    this.queue = queue;
  }

  /**
   * Adds a piece to a file; it comes to lie within one chunk.
   *
   * @param length at most {@link ChunkQueue#CHUNK}
   */
  void append(byte[] bytes, int offset, int length, FileUnderWay file) {
    if (filled + length > ChunkQueue.CHUNK) {
      flush();
    }
    byte[] into = buffer;
    if (into == null) {
      into = queue.buffer();
      buffer = into;
    }
    System.arraycopy(bytes, offset, into, filled, length);
    file.add(chunk, filled, length);
    filled += length;
  }

  /** Ends the chunk under way. */
  void flush() {
    byte[] full = buffer;
    if (full != null) {
      queue.store(full, filled, chunk);
      buffer = null;
      filled = 0;
      chunk = new CompletableFuture<>();
    }
  }
}
