package io.holdfast.operations.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class ChangeMapTest {
  private static final int PER_SEGMENT = 100;

  /** Whatever is gathered in pieces says the same as what is gathered at once. */
  @RepeatedTest(30)
  void piecesSayTheSameAsTheWhole(RepetitionInfo round) {
    Random random = new Random(round.getCurrentRepetition());
    ChangeMap whole = new ChangeMap();
    ChangeMap pieces = new ChangeMap();
    ChangeMap piece = new ChangeMap();
    SortedMap<Integer, Boolean> model = new TreeMap<>();
    long limit = Long.MAX_VALUE;
    for (int i = 0; i < 400; i++) {
      if (random.nextInt(20) == 0) {
        int to = random.nextInt(300);
        whole.truncate(1663, 5, 16384, 0, to);
        piece.truncate(1663, 5, 16384, 0, to);
        model.tailMap(to).clear();
        limit = Math.min(limit, to);
      } else {
        int block = random.nextInt(300);
        whole.mark(1663, 5, 16384, 0, block);
        piece.mark(1663, 5, 16384, 0, block);
        model.put(block, true);
      }
      if (random.nextInt(30) == 0) {
        pieces.append(roundTrip(piece));
        piece = new ChangeMap();
      }
    }
    pieces.append(piece);
    for (ChangeMap map : new ChangeMap[] {whole, pieces}) {
      for (int segment = 0; segment < 3; segment++) {
        RelationFile file = new RelationFile(1663, 5, 16384, Fork.MAIN, segment);
        assertSame(map, file, model, limit);
      }
    }
  }

  private static void assertSame(
      ChangeMap map, RelationFile file, SortedMap<Integer, Boolean> model, long limit) {
    int first = file.segment() * PER_SEGMENT;
    if (limit <= first) {
      assertThat(map.of(file, PER_SEGMENT)).isEmpty();
      return;
    }
    FileChanges changes = map.of(file, PER_SEGMENT).orElseThrow();
    for (int block = 0; block < PER_SEGMENT; block++) {
      boolean marked = model.containsKey(first + block);
      assertThat(changes.nextChanged(block, PER_SEGMENT) == block).isEqualTo(marked);
      assertThat(changes.nextUnchanged(block, PER_SEGMENT) == block).isEqualTo(!marked);
      assertThat(block < changes.limit()).isEqualTo(first + block < limit);
    }
  }

  private static ChangeMap roundTrip(ChangeMap map) {
    byte[] content = SummaryFormat.encode(new SegmentSummary(map, 9, 8, 10));
    SegmentSummary back = SummaryFormat.decode(content).orElseThrow();
    assertThat(back.firstRecord()).isEqualTo(9);
    assertThat(back.firstPrevious()).isEqualTo(8);
    assertThat(back.lastRecord()).isEqualTo(10);
    assertThat(SummaryFormat.encode(back)).isEqualTo(content);
    return back.changes();
  }

  @Test
  void blocksBeyondTwoBillionCount() {
    ChangeMap map = new ChangeMap();
    map.mark(1663, 5, 16384, 0, (int) 4_000_000_000L);
    RelationFile file = new RelationFile(1663, 5, 16384, Fork.MAIN, 30517);
    FileChanges changes = map.of(file, 131072).orElseThrow();
    long block = 4_000_000_000L - 30517L * 131072;
    assertThat(changes.nextChanged(0, 131072)).isEqualTo(block);
    assertThat(changes.nextUnchanged(block, 131072)).isEqualTo(block + 1);
    assertThat(map.of(new RelationFile(1663, 5, 16384, Fork.INIT, 0), 131072).orElseThrow())
        .returns(131072L, each -> each.nextChanged(0, 131072));
  }

  @Test
  void aNewDirectoryMakesAllOfItsFilesNew() {
    ChangeMap map = new ChangeMap();
    map.reset(new Directory(1663, 5));
    assertThat(map.of(new RelationFile(1663, 5, 1259, Fork.MAIN, 0), 131072)).isEmpty();
    assertThat(map.of(new RelationFile(1663, 6, 1259, Fork.MAIN, 0), 131072)).isPresent();
    assertThat(map.of(new RelationFile(1664, 0, 1259, Fork.MAIN, 0), 131072)).isPresent();
  }

  @Test
  void saysThatItDoesNotKnowRatherThanGrowWithoutBound() {
    ChangeMap all = new ChangeMap();
    for (int part = 0; part < 100 && all.unknown().isEmpty(); part++) {
      ChangeMap some = new ChangeMap();
      for (int i = 0; i < 10_000; i++) {
        some.mark(1663, 5, part * 10_000 + i + 1, 0, i);
      }
      all.append(some);
    }
    assertThat(all.unknown().orElseThrow()).contains("memory");
    assertThat(all.forks()).isEmpty();
  }

  @RepeatedTest(200)
  void aSummaryThatIsNotOursIsNoSummary(RepetitionInfo round) {
    Random random = new Random(round.getCurrentRepetition());
    ChangeMap map = new ChangeMap();
    map.mark(1663, 5, 16384, 0, 7);
    map.truncate(1663, 5, 16385, 0, 100);
    map.reset(new Directory(1663, 9));
    byte[] content = SummaryFormat.encode(new SegmentSummary(map, 9, 8, 10));
    byte[] cut = java.util.Arrays.copyOf(content, random.nextInt(content.length));
    assertThat(SummaryFormat.decode(cut)).isEmpty();
    content[0] = (byte) (2 + random.nextInt(100));
    assertThat(SummaryFormat.decode(content)).isEmpty();
  }
}
