package io.holdfast.operations.backup;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One worker's buffer: bytes of one or many files gather here and leave as one chunk. What is all
 * zeros becomes a hole and is not stored.
 */
final class ChunkFiller {
  /** Raw size of a full chunk; a multiple of every page size PostgreSQL can be built with. */
  static final int CHUNK = 1 << 20;

  private static final byte[] ZEROS = new byte[64 << 10];

  private final ChunkSink sink;
  private final byte[] buffer = new byte[CHUNK];
  private final List<Share> shares = new ArrayList<>();
  private int filled;

  private record Share(List<Extent> owner, int offset, int length) {}

  ChunkFiller(ChunkSink sink) {
    this.sink = sink;
  }

  /** To be filled from {@link #filled} on. */
  byte[] buffer() {
    return buffer;
  }

  int filled() {
    return filled;
  }

  int room() {
    return CHUNK - filled;
  }

  /** Says that the next {@code length} bytes of the buffer are the next ones of that file. */
  void took(int length, List<Extent> owner) {
    if (length > 0) {
      shares.add(new Share(owner, filled, length));
      filled += length;
    }
    if (filled == CHUNK) {
      flush();
    }
  }

  /** Stores what is there. After it, all extents of the owners so far are known. */
  void flush() {
    if (filled == 0) {
      return;
    }
    if (isZero(buffer, filled)) {
      shares.forEach(share -> share.owner().add(new Extent.Hole(share.length())));
    } else {
      ChunkRef chunk = sink.store(buffer, 0, filled);
      shares.forEach(
          share -> share.owner().add(new Extent.Slice(share.length(), chunk, share.offset())));
    }
    shares.clear();
    filled = 0;
  }

  private static boolean isZero(byte[] bytes, int length) {
    for (int at = 0; at < length; at += ZEROS.length) {
      int part = Math.min(ZEROS.length, length - at);
      if (!Arrays.equals(bytes, at, at + part, ZEROS, 0, part)) {
        return false;
      }
    }
    return true;
  }
}
