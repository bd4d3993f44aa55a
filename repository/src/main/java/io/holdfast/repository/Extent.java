package io.holdfast.repository;

/** A piece of a stored file, in file order without gaps. */
public sealed interface Extent {
  /** Bytes of the file that this piece covers; positive. */
  long length();

  /** {@code length} bytes of a chunk's content from {@code offset}. */
  record Slice(long length, ChunkRef chunk, int offset) implements Extent {}

  /** Zeros, stored nowhere. */
  record Hole(long length) implements Extent {}
}
