package io.holdfast.operations.dumping;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one part of an earlier archive, by their SHA-256, in flat arrays: some 60 bytes a
 * piece.
 */
final class PieceTable {
  /** What the file {@code pieces} has for each: SHA-256 and length. */
  static final int LINE = 36;

  static final int HASH = 32;

  /** A chunk of which less than this is used costs more to read than to store its rest anew. */
  private static final double USED = 0.25;

  private static final int[] NO_SLOTS = {};

  private final byte[] lines;
  private final int[] chunkOf;
  private final int[] offsets;
  private final List<CompletableFuture<ChunkRef>> chunks;
  private final int[] slots;

  /** Where a piece lies. */
  record Place(CompletableFuture<ChunkRef> chunk, int offset) {}

  private PieceTable(
      byte[] lines, int[] chunkOf, int[] offsets, List<CompletableFuture<ChunkRef>> chunks) {
    this.lines = lines;
    this.chunkOf = chunkOf;
    this.offsets = offsets;
    this.chunks = chunks;
    this.slots = slots();
  }

  /**
   * @param lines of the pieces that make up the part
   * @param evicted packs from which nothing is taken over
   * @return empty if lines and part do not fit together
   */
  static PieceTable of(StoredFile part, byte[] lines, Set<PackRef> evicted) {
    Walk walk = new Walk(part.extents());
    int count = lines.length / LINE;
    int[] chunkOf = new int[count];
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      if (!walk.next(length(lines, i))) {
        return empty();
      }
      chunkOf[i] = walk.chunk;
      offsets[i] = walk.offset;
    }
    return walk.atEnd()
        ? new PieceTable(lines, walk.withoutGivenUp(chunkOf, evicted), offsets, walk.futures())
        : empty();
  }

  static PieceTable empty() {
    return new PieceTable(new byte[0], NO_SLOTS, NO_SLOTS, List.of());
  }

  private static int length(byte[] lines, int index) {
    int at = index * LINE + HASH;
    return (lines[at] & 0xFF)
        | (lines[at + 1] & 0xFF) << 8
        | (lines[at + 2] & 0xFF) << 16
        | (lines[at + 3] & 0xFF) << 24;
  }

  /** Goes along the extents of a part, piece by piece. */
  private static final class Walk {
    private final List<Extent> extents;
    private final Map<ChunkRef, Integer> numbers = new HashMap<>();
    private final java.util.ArrayList<ChunkRef> found = new java.util.ArrayList<>();
    private long[] used = new long[64];
    private int extent;
    private long within;
    private int chunk;
    private int offset;

    Walk(List<Extent> extents) {
      this.extents = extents;
    }

    /** Whether the next piece lies within one extent, as all do; tells where. */
    boolean next(int length) {
      if (extent < extents.size() && extents.get(extent).length() == within) {
        extent++;
        within = 0;
      }
      if (extent == extents.size()
          || !(extents.get(extent) instanceof Extent.Slice slice)
          || length <= 0
          || within + length > slice.length()) {
        return false;
      }
      chunk =
          numbers.computeIfAbsent(
              slice.chunk(),
              each -> {
                found.add(each);
                return found.size() - 1;
              });
      offset = slice.offset() + (int) within;
      within += length;
      if (chunk >= used.length) {
        used = Arrays.copyOf(used, used.length * 2);
      }
      used[chunk] += length;
      return true;
    }

    boolean atEnd() {
      return extents.isEmpty()
          || (extent == extents.size() - 1 && extents.get(extent).length() == within);
    }

    /** Pieces of chunks that are mostly dead have chunk -1: they are stored anew. */
    int[] withoutGivenUp(int[] chunkOf, Set<PackRef> evicted) {
      for (int i = 0; i < chunkOf.length; i++) {
        ChunkRef each = found.get(chunkOf[i]);
        if (used[chunkOf[i]] < each.rawLength() * USED || evicted.contains(each.pack())) {
          chunkOf[i] = -1;
        }
      }
      return chunkOf;
    }

    List<CompletableFuture<ChunkRef>> futures() {
      return found.stream().map(CompletableFuture::completedFuture).toList();
    }
  }

  private int[] slots() {
    int size = Integer.highestOneBit(Math.max(8, chunkOf.length * 2)) * 2;
    int[] table = new int[size];
    Arrays.fill(table, -1);
    for (int i = 0; i < chunkOf.length; i++) {
      if (chunkOf[i] >= 0) {
        int slot = slot(lines, i * LINE, size);
        while (table[slot] >= 0) {
          slot = (slot + 1) & (size - 1);
        }
        table[slot] = i;
      }
    }
    return table;
  }

  private static int slot(byte[] hash, int at, int size) {
    int bits =
        (hash[at] & 0xFF)
            | (hash[at + 1] & 0xFF) << 8
            | (hash[at + 2] & 0xFF) << 16
            | (hash[at + 3] & 0xFF) << 24;
    return bits & (size - 1);
  }

  /** The same piece, byte for byte, as far as SHA-256 tells. */
  @Nullable Place find(byte[] hash, int length) {
    int slot = slot(hash, 0, slots.length);
    for (; slots[slot] >= 0; slot = (slot + 1) & (slots.length - 1)) {
      int i = slots[slot];
      if (length(lines, i) == length
          && Arrays.equals(lines, i * LINE, i * LINE + HASH, hash, 0, HASH)) {
        return new Place(chunks.get(chunkOf[i]), offsets[i]);
      }
    }
    return null;
  }
}
