package io.holdfast.operations.backup;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.repository.Extent;
import io.holdfast.storage.RateLimit;
import io.holdfast.vocabulary.Progress;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/** What one worker reads from the source: kept to the rate, counted, its pages checked. */
final class Intake {
  private final ChunkFiller filler;
  private final Optional<PageInspector> inspector;
  private final RateLimit limit;
  private final Progress progress;
  private long bytesRead;

  Intake(
      ChunkFiller filler, Optional<PageInspector> inspector, RateLimit limit, Progress progress) {
    this.filler = filler;
    this.inspector = inspector;
    this.limit = limit;
    this.progress = progress;
  }

  long bytesRead() {
    return bytesRead;
  }

  /**
   * Reads into an array.
   *
   * @param expected what the read is likely to give, for the rate
   * @return how many bytes; fewer than {@code length} if the file ends there
   */
  int read(Entry entry, OpenFile file, long at, byte[] into, int offset, int length, long expected)
      throws NoSuchFileException, InterruptedException {
    limit.take(Math.min(length, expected));
    int got = file.read(at, into, offset, length);
    if (entry.relation().isPresent() && inspector.isPresent()) {
      inspector.get().inspect(file, entry.path(), entry.relation().get(), into, offset, got, at);
    }
    bytesRead += got;
    progress.advance(got);
    return got;
  }

  /**
   * Reads a stretch into chunks, whatever the server holds there.
   *
   * @return how many bytes; fewer than asked for if the file ends there
   */
  long store(Entry entry, OpenFile file, long from, long to, List<Extent> extents)
      throws NoSuchFileException, InterruptedException {
    long at = from;
    while (at < to) {
      int wanted = (int) Math.min(filler.room(), to - at);
      long expected = to == Long.MAX_VALUE ? entry.size() : wanted;
      int got = read(entry, file, at, filler.buffer(), filler.filled(), wanted, expected);
      filler.took(got, extents);
      at += got;
      if (got < wanted) {
        break;
      }
    }
    return at - from;
  }

  /** Stores bytes that were read before. */
  void store(byte[] bytes, int from, int to, List<Extent> extents) {
    int at = from;
    while (at < to) {
      int part = Math.min(filler.room(), to - at);
      System.arraycopy(bytes, at, filler.buffer(), filler.filled(), part);
      filler.took(part, extents);
      at += part;
    }
  }

  /** Takes over what lies in the repository already; nothing is read. */
  void inherit(Extent extent, List<Extent> extents) {
    filler.inherited(extent, extents);
  }
}
