package io.holdfast.operations.restore;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.PackRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chunks of one pack in ascending order, each with the places where its bytes go.
 *
 * @param pieces for each chunk, in the same order
 */
record ReadJob(PackRef pack, List<ChunkRef> chunks, List<List<Piece>> pieces) {
  /** Raw bytes after which a job ends: so many that its reads can be begun ahead of each other. */
  private static final long ENOUGH = TreeWriter.STRETCH;

  /** Bytes of a chunk that go to a place in a file. */
  record Piece(ChunkRef chunk, int offset, int length, TargetFile file, long at) {}

  /** Sorts pieces into jobs, each chunk in one of them. */
  static List<ReadJob> of(List<Piece> pieces) {
    Map<PackRef, List<Piece>> byPack = new LinkedHashMap<>();
    for (Piece piece : pieces) {
      byPack.computeIfAbsent(piece.chunk().pack(), p -> new ArrayList<>()).add(piece);
    }
    List<ReadJob> jobs = new ArrayList<>();
    byPack.forEach((pack, all) -> split(pack, all, jobs));
    return jobs;
  }

  private static void split(PackRef pack, List<Piece> all, List<ReadJob> jobs) {
    all.sort(
        Comparator.comparingLong((Piece p) -> p.chunk().offset()).thenComparingInt(Piece::offset));
    List<ChunkRef> chunks = new ArrayList<>();
    List<List<Piece>> places = new ArrayList<>();
    long raw = 0;
    for (Piece piece : all) {
      boolean same = !chunks.isEmpty() && chunks.getLast().number() == piece.chunk().number();
      if (!same) {
        if (raw >= ENOUGH) {
          jobs.add(new ReadJob(pack, chunks, places));
          chunks = new ArrayList<>();
          places = new ArrayList<>();
          raw = 0;
        }
        chunks.add(piece.chunk());
        places.add(new ArrayList<>(1));
        raw += piece.chunk().rawLength();
      }
      places.getLast().add(piece);
    }
    jobs.add(new ReadJob(pack, chunks, places));
  }
}
