package io.holdfast.operations.dumping;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A file that is being stored, whose chunks need not lie anywhere yet. Used by one thread. */
final class FileUnderWay {
  private final List<Run> runs = new ArrayList<>();
  private long length;

  /** A stretch of a chunk; grows as long as what follows lies behind it. */
  private static final class Run {
    private final CompletableFuture<ChunkRef> chunk;
    private final int offset;
    private int length;

    Run(CompletableFuture<ChunkRef> chunk, int offset, int length) {
      this.chunk = chunk;
      this.offset = offset;
      this.length = length;
    }

    @SuppressWarnings("ReferenceEquality") // the very promise is meant, not what it came to
    boolean goesOn(CompletableFuture<ChunkRef> next, int at) {
      return chunk == next && offset + length == at;
    }
  }

  void add(CompletableFuture<ChunkRef> chunk, int offset, int added) {
    length += added;
    if (!runs.isEmpty() && runs.getLast().goesOn(chunk, offset)) {
      runs.getLast().length += added;
    } else {
      runs.add(new Run(chunk, offset, added));
    }
  }

  long length() {
    return length;
  }

  /** Waits until all of it is stored; whoever gathers has to flush first. */
  StoredFile finish(String path, Instant modified, Map<String, String> attributes) {
    List<Extent> extents = new ArrayList<>(runs.size());
    for (Run run : runs) {
      extents.add(new Extent.Slice(run.length, ChunkQueue.await(run.chunk), run.offset));
    }
    return new StoredFile(
        path, StoredFile.Kind.FILE, 0600, "", "", modified, length, "", extents, attributes);
  }
}
