package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChunkFillerTest {
  private final List<byte[]> stored = new ArrayList<>();
  private final ChunkFiller filler = new ChunkFiller(new Kept(stored));

  @Test
  void filesThatShareAChunkAreSlicesOfIt() {
    List<Extent> first = put(1, 100);
    List<Extent> second = put(2, 50);
    filler.flush();

    assertThat(stored).hasSize(1);
    assertThat(first).singleElement().isInstanceOf(Extent.Slice.class);
    Extent.Slice slice = (Extent.Slice) second.getFirst();
    assertThat(slice.offset()).isEqualTo(100);
    assertThat(slice.length()).isEqualTo(50);
    assertThat(Arrays.copyOfRange(stored.getFirst(), 100, 150)).containsOnly(2);
  }

  @Test
  void aFullChunkLeavesAtOnce() {
    List<Extent> extents = put(1, ChunkFiller.CHUNK);

    assertThat(extents).hasSize(1);
    assertThat(filler.room()).isEqualTo(ChunkFiller.CHUNK);
  }

  @Test
  void zerosAreStoredNowhere() {
    List<Extent> extents = put(0, ChunkFiller.CHUNK);
    List<Extent> rest = put(0, 8192);
    filler.flush();

    assertThat(stored).isEmpty();
    assertThat(extents).containsExactly(new Extent.Hole(ChunkFiller.CHUNK));
    assertThat(rest).containsExactly(new Extent.Hole(8192));
  }

  @Test
  void aSingleByteAtTheEndIsNotLostAmongZeros() {
    Arrays.fill(filler.buffer(), 0, ChunkFiller.CHUNK, (byte) 0);
    filler.buffer()[99_999] = 1;
    List<Extent> extents = new ArrayList<>();
    filler.took(100_000, extents);
    filler.flush();

    assertThat(stored).hasSize(1);
    assertThat(extents.getFirst()).isInstanceOf(Extent.Slice.class);
  }

  private List<Extent> put(int value, int length) {
    List<Extent> extents = new ArrayList<>();
    int from = filler.filled();
    Arrays.fill(filler.buffer(), from, from + length, (byte) value);
    filler.took(length, extents);
    return extents;
  }

  private record Kept(List<byte[]> stored) implements ChunkSink {
    private static final PackRef PACK =
        new PackRef(new BackupId("20261122T081700Z-abcd"), 0, new UUID(1, 2));

    @Override
    public ChunkRef store(byte[] raw, int offset, int length) {
      stored.add(Arrays.copyOfRange(raw, offset, offset + length));
      return new ChunkRef(PACK, stored.size() - 1, 0, length, length, 0);
    }

    @Override
    public void close() {}
  }
}
