package io.holdfast.operations.backup;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

  /** What an owner gets next, known once the chunk is stored. */
  private sealed interface Share {
    List<Extent> owner();

    record Fresh(List<Extent> owner, int offset, int length) implements Share {}

    record Known(List<Extent> owner, Extent extent) implements Share {}
  }

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
      shares.add(new Share.Fresh(owner, filled, length));
      filled += length;
    }
    if (filled == CHUNK) {
      flush();
    }
  }

  /** Says that the next bytes of that file lie somewhere already. Its other bytes come in order. */
  @SuppressWarnings("ReferenceEquality") // two owners may hold the same so far
  void inherited(Extent extent, List<Extent> owner) {
    if (!shares.isEmpty() && shares.getLast().owner() == owner) {
      shares.add(new Share.Known(owner, extent));
    } else {
      ExtentJoin.append(owner, extent);
    }
  }

  /** Stores what is there. After it, all extents of the owners so far are known. */
  void flush() {
    if (filled == 0) {
      return;
    }
    Optional<ChunkRef> chunk =
        isZero(buffer, filled) ? Optional.empty() : Optional.of(sink.store(buffer, 0, filled));
    for (Share share : shares) {
      Extent extent =
          switch (share) {
            case Share.Known known -> known.extent();
            case Share.Fresh fresh -> extent(fresh, chunk);
          };
      ExtentJoin.append(share.owner(), extent);
    }
    shares.clear();
    filled = 0;
  }

  private static Extent extent(Share.Fresh share, Optional<ChunkRef> chunk) {
    return chunk.isEmpty()
        ? new Extent.Hole(share.length())
        : new Extent.Slice(share.length(), chunk.get(), share.offset());
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
