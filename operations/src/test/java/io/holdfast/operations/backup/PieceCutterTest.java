package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.Piece.Batch;
import io.holdfast.operations.backup.Piece.Slice;
import io.holdfast.postgres.ClusterFiles.Entry;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PieceCutterTest {
  private final List<Piece> pieces = new ArrayList<>();
  private final PieceCutter cutter = new PieceCutter(pieces::add, Compaction.none());

  @Test
  void aLargeFileBecomesSlicesWithoutGapOrOverlap() {
    long size = 3 * PieceCutter.SLICE + 8192;
    cutter.add(Planned.whole(file("base/1/2", size)));
    cutter.endBatch();

    long at = 0;
    for (Piece piece : pieces) {
      Slice slice = (Slice) piece;
      assertThat(slice.from()).isEqualTo(at);
      at = slice.to();
      assertThat(slice.last()).isEqualTo(at == size);
    }
    assertThat(at).isEqualTo(size);
    assertThat(pieces).hasSize(4);
  }

  @Test
  void aFileOfExactlyOneSliceIsOneSlice() {
    cutter.add(Planned.whole(file("base/1/2", PieceCutter.SLICE)));

    assertThat(pieces).singleElement().matches(p -> ((Slice) p).last());
  }

  @Test
  void smallFilesShareAChunkAndKeepTheirOrderAroundLargeOnes() {
    for (int i = 0; i < 100; i++) {
      cutter.add(Planned.whole(file("a" + i, 8192)));
    }
    cutter.add(Planned.whole(file("b", 1 << 20)));
    cutter.add(Planned.whole(file("c", 0)));
    cutter.endBatch();

    assertThat(pieces).hasSize(3);
    assertThat(((Batch) pieces.get(0)).entries()).hasSize(100);
    assertThat(((Slice) pieces.get(1)).planned().entry().path()).isEqualTo("b");
    assertThat(((Batch) pieces.get(2)).entries())
        .extracting(each -> each.entry().path())
        .containsExactly("c");
  }

  @Test
  void batchesStayBoundedWhateverTheNumberOfEmptyFiles() {
    for (int i = 0; i < 1000; i++) {
      cutter.add(Planned.whole(file("a" + i, 0)));
    }
    cutter.endBatch();

    assertThat(pieces)
        .allMatch(p -> ((Batch) p).entries().size() <= PieceCutter.BATCH_ENTRIES)
        .hasSize(8);
  }

  static Entry file(String path, long size) {
    return new Entry(
        path,
        path,
        Entry.Kind.FILE,
        0600,
        "postgres",
        "postgres",
        FileTime.fromMillis(0),
        size,
        "",
        Optional.empty());
  }
}
