package io.holdfast.repository;

/**
 * Where one worker puts its chunks; it writes packs of its own, so workers never wait for each
 * other. Used by one thread; many sinks may be open at once.
 */
public interface ChunkSink extends AutoCloseable {
  /** The largest chunk, raw bytes. */
  int MAX_CHUNK = 4 << 20;

  /**
   * Compresses, seals and appends {@code length} bytes. Chunks stored one after the other lie one
   * after the other. The chunk is durable when {@link BackupWriter#commit} has returned, not
   * before.
   */
  ChunkRef store(byte[] raw, int offset, int length);

  /** Finishes the pack under way and makes it durable. Without it commit refuses. */
  @Override
  void close();
}
