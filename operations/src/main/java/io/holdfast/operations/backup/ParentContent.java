package io.holdfast.operations.backup;

import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.Extent.Hole;
import io.holdfast.repository.Extent.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the parent holds of a stretch of a file, to compare with. Each chunk is fetched once for a
 * stretch, and the last ones are kept: small files that follow each other share them. One per
 * thread.
 */
final class ParentContent implements AutoCloseable {
  private static final int KEPT_CHUNKS = 4;

  private final Supplier<ChunkReader> readers;
  private @Nullable ChunkReader reader;
  private final SequencedMap<ChunkRef, byte[]> kept = new LinkedHashMap<>();

  private record Place(Slice slice, int at) {}

  /**
   * @param readers asked for one when the first chunk is wanted
   */
  ParentContent(Supplier<ChunkReader> readers) {
    this.readers = readers;
  }

  /**
   * Fills the front of the array with what the extents hold.
   *
   * @throws io.holdfast.repository.RepositoryDamagedException if the repository does not hold it
   */
  void read(List<Extent> extents, byte[] into) {
    Map<ChunkRef, List<Place>> wanted = new LinkedHashMap<>();
    int at = 0;
    for (Extent extent : extents) {
      int length = (int) extent.length();
      switch (extent) {
        case Hole _ -> Arrays.fill(into, at, at + length, (byte) 0);
        case Slice slice ->
            wanted
                .computeIfAbsent(slice.chunk(), chunk -> new ArrayList<>())
                .add(new Place(slice, at));
      }
      at += length;
    }
    wanted.entrySet().stream()
        .sorted(
            Map.Entry.comparingByKey(
                Comparator.comparing((ChunkRef chunk) -> chunk.pack().backup())
                    .thenComparingInt(chunk -> chunk.pack().number())
                    .thenComparingLong(ChunkRef::offset)))
        .forEach(each -> place(content(each.getKey()), each.getValue(), into));
  }

  private static void place(byte[] content, List<Place> places, byte[] into) {
    for (Place place : places) {
      System.arraycopy(
          content, place.slice().offset(), into, place.at(), (int) place.slice().length());
    }
  }

  private byte[] content(ChunkRef chunk) {
    byte[] there = kept.get(chunk);
    if (there != null) {
      return there;
    }
    byte[] buffer = kept.size() < KEPT_CHUNKS ? new byte[0] : kept.pollFirstEntry().getValue();
    byte[] content = reader().read(chunk);
    byte[] copy =
        buffer.length >= chunk.rawLength()
            ? buffer
            : new byte[Math.max(chunk.rawLength(), ChunkFiller.CHUNK)];
    System.arraycopy(content, 0, copy, 0, chunk.rawLength());
    kept.put(chunk, copy);
    return copy;
  }

  private ChunkReader reader() {
    ChunkReader open = reader;
    if (open == null) {
      open = readers.get();
      reader = open;
    }
    return open;
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }
}
