package io.holdfast.operations.backup;

import io.holdfast.operations.backup.Piece.Copy;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.PostgresException;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.Extent;
import io.holdfast.vocabulary.Progress;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads pieces, checks pages, stores chunks. One per thread.
 *
 * <p>Relation files are read up to the length they had when they were listed: what grew since comes
 * back by WAL replay. All other files are read to their end, wherever that is now: nothing would
 * bring the rest of postgresql.auto.conf back. What shrank is stored as it is found.
 */
final class CopyWorker implements AutoCloseable {
  /** Files without which a restored directory does not start. */
  private static final Set<String> NEEDED =
      Set.of(
          "PG_VERSION",
          "global/pg_filenode.map",
          "postgresql.conf",
          "postgresql.auto.conf",
          "pg_hba.conf",
          "pg_ident.conf");

  private final EntryReader reader;
  private final ChunkSink sink;
  private final ChunkFiller filler;
  private final Optional<PageInspector> inspector;
  private final FindingsTally tally;
  private final RateLimit limit;
  private final Duration dropPatience;
  private final Progress progress;
  private long bytesRead;

  /**
   * @param dropPatience how long a database may take to vanish once its first files have
   */
  CopyWorker(
      EntryReader reader,
      ChunkSink sink,
      Optional<PageInspector> inspector,
      FindingsTally tally,
      RateLimit limit,
      Duration dropPatience,
      Progress progress) {
    this.reader = reader;
    this.sink = sink;
    this.filler = new ChunkFiller(sink);
    this.inspector = inspector;
    this.tally = tally;
    this.limit = limit;
    this.dropPatience = dropPatience;
    this.progress = progress;
  }

  long bytesRead() {
    return bytesRead;
  }

  /** All extents in what it returns are known: the chunks are stored. */
  List<Copy> copy(Piece piece) throws InterruptedException {
    List<Copy> copies =
        switch (piece) {
          case Piece.Batch batch -> copyBatch(batch);
          case Piece.Slice slice ->
              List.of(
                  copyFile(
                      slice.entry(),
                      slice.from(),
                      slice.last() && slice.entry().relation().isEmpty()
                          ? Long.MAX_VALUE
                          : slice.to()));
        };
    filler.flush();
    return copies;
  }

  private List<Copy> copyBatch(Piece.Batch batch) throws InterruptedException {
    List<Copy> copies = new ArrayList<>(batch.entries().size());
    for (Entry entry : batch.entries()) {
      boolean relation = entry.relation().isPresent();
      boolean empty = relation && entry.size() == 0;
      if (empty || entry.kind() != Entry.Kind.FILE) {
        copies.add(Copy.nothingToRead(entry));
        continue;
      }
      if (entry.size() > filler.room()) {
        filler.flush(); // so that no page is read in two halves
      }
      copies.add(copyFile(entry, 0, relation ? entry.size() : Long.MAX_VALUE));
    }
    return copies;
  }

  private Copy copyFile(Entry entry, long from, long to) throws InterruptedException {
    try (OpenFile file = reader.open(entry)) {
      return read(entry, file, from, to);
    } catch (NoSuchFileException e) {
      if (isNeeded(entry)) {
        throw new PostgresException(
            "could not read " + e.getFile() + " for the backup: it vanished",
            "Put it back: a restored cluster would not start without it.",
            e);
      }
      return Copy.vanished(entry);
    }
  }

  private Copy read(Entry entry, OpenFile file, long from, long to)
      throws NoSuchFileException, InterruptedException {
    List<Extent> extents = new ArrayList<>();
    long at = from;
    boolean ended = false;
    while (at < to && !ended) {
      int wanted = (int) Math.min(filler.room(), to - at);
      limit.take(to == Long.MAX_VALUE ? Math.min(wanted, entry.size()) : wanted);
      int got = file.read(at, filler.buffer(), filler.filled(), wanted);
      ended = got < wanted;
      if (entry.relation().isPresent() && inspector.isPresent()) {
        inspector
            .get()
            .inspect(
                file,
                entry.path(),
                entry.relation().get(),
                filler.buffer(),
                filler.filled(),
                got,
                at);
      }
      filler.took(got, extents);
      at += got;
      bytesRead += got;
      progress.advance(got);
    }
    noteOddLength(entry, file, at, ended || at >= entry.size());
    return new Copy(entry, extents, at - from, !ended || to == Long.MAX_VALUE, false);
  }

  /** A length that is odd only for the moment of an extension is no finding. */
  private void noteOddLength(Entry entry, OpenFile file, long end, boolean atEnd)
      throws NoSuchFileException {
    if (atEnd
        && entry.relation().isPresent()
        && end % PageChecksum.PAGE != 0
        && file.size() % PageChecksum.PAGE != 0) {
      tally.oddLength(entry.path());
    }
  }

  private boolean isNeeded(Entry entry) throws InterruptedException {
    String path = entry.path();
    if (NEEDED.contains(path) || path.startsWith(PhysicalDetails.CONFIG_PREFIX)) {
      return true;
    }
    return (path.endsWith("/PG_VERSION") || path.endsWith("/pg_filenode.map"))
        && !parentVanishes(entry);
  }

  /** DROP DATABASE removes the files first, one by one, and their directory last (rmtree). */
  private boolean parentVanishes(Entry entry) throws InterruptedException {
    long since = System.nanoTime();
    while (reader.parentExists(entry)) {
      if (System.nanoTime() - since > dropPatience.toNanos()) {
        return false;
      }
      Thread.sleep(10);
    }
    return true;
  }

  @Override
  public void close() {
    try (reader) {
      sink.close();
    }
  }
}
