package io.holdfast.repository;

import java.util.List;

/**
 * Fetches, authenticates and unpacks chunks. One per worker thread: it owns the buffers it hands
 * out.
 */
public interface ChunkReader extends AutoCloseable {
  /**
   * Reads chunks of one pack, given in ascending offset, joining neighbours into large range reads.
   * Each is handed over once, in order; the array is only valid during the call.
   *
   * @throws RepositoryDamagedException naming pack and chunk if a byte is not what was sealed, or
   *     the pack is missing, cut short or another one
   */
  void read(PackRef pack, List<ChunkRef> ascending, Consumer consumer);

  /** The content of one chunk; valid until the next call. */
  byte[] read(ChunkRef chunk);

  /** Receives content: bytes 0 to {@code chunk.rawLength()} of the array. */
  @FunctionalInterface
  interface Consumer {
    void accept(ChunkRef chunk, byte[] content);
  }

  /** The keyed fingerprint of given bytes, to compare with a {@link ChunkRef}. */
  long fingerprint(byte[] bytes, int offset, int length);

  @Override
  void close();
}
