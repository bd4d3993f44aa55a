package io.holdfast.operations.verify;

import io.holdfast.postgres.RelationFile;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Chunks that one worker reads in one go, and which pieces of which files they hold.
 *
 * @param uses by chunk
 */
record ReadTask(Map<ChunkRef, List<Use>> uses) {
  /**
   * @param at where in the file the slice begins
   */
  record Use(String path, Optional<RelationFile> relation, long at, Extent.Slice slice) {}

  /** The chunks by pack, ascending. */
  Map<PackRef, List<ChunkRef>> byPack() {
    Map<PackRef, List<ChunkRef>> packs = new LinkedHashMap<>();
    for (ChunkRef chunk : uses.keySet()) {
      packs.computeIfAbsent(chunk.pack(), p -> new ArrayList<>()).add(chunk);
    }
    packs.values().forEach(chunks -> chunks.sort(Comparator.comparingLong(ChunkRef::offset)));
    return packs;
  }

  /** Cuts the files of a backup into tasks of bounded size. */
  static final class Cutter {
    private static final long BYTES = 64L << 20;
    private static final int USES = 8192;

    private final Predicate<ChunkRef> wanted;
    private final Consumer<ReadTask> tasks;
    private Map<ChunkRef, List<Use>> uses = new LinkedHashMap<>();
    private long bytes;
    private int count;

    Cutter(Predicate<ChunkRef> wanted, Consumer<ReadTask> tasks) {
      this.wanted = wanted;
      this.tasks = tasks;
    }

    void add(StoredFile file) {
      Optional<RelationFile> relation = RelationFile.parse(file.path());
      long at = 0;
      for (Extent extent : file.extents()) {
        if (extent instanceof Extent.Slice slice && wanted.test(slice.chunk())) {
          add(new Use(file.path(), relation, at, slice));
        }
        at += extent.length();
      }
    }

    private void add(Use use) {
      ChunkRef chunk = use.slice().chunk();
      List<Use> known = uses.get(chunk);
      if (known == null) {
        if (bytes + chunk.rawLength() > BYTES || count >= USES) {
          end();
        }
        known = new ArrayList<>(1);
        uses.put(chunk, known);
        bytes += chunk.rawLength();
      }
      known.add(use);
      count++;
    }

    void end() {
      if (!uses.isEmpty()) {
        tasks.accept(new ReadTask(uses));
        uses = new LinkedHashMap<>();
        bytes = 0;
        count = 0;
      }
    }
  }
}
