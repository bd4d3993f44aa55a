package io.holdfast.operations.backup;

import io.holdfast.operations.backup.Piece.Copy;
import io.holdfast.operations.changes.FileChanges;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.PostgresException;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.storage.RateLimit;
import io.holdfast.vocabulary.Progress;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
  private final Intake intake;
  private final TrackedCopy tracked;
  private final ComparedCopy compared;
  private final ParentContent parents;
  private final FindingsTally tally;
  private final Duration dropPatience;

  /** What all workers of one backup go by. */
  record Rules(
      FindingsTally tally,
      RateLimit limit,
      Duration dropPatience,
      Set<PackRef> evicted,
      Progress progress,
      Consumer<String> notes) {}

  /**
   * What one worker has for itself.
   *
   * @param sample is offered what is taken over unread
   */
  record Tools(
      EntryReader reader,
      ChunkSink sink,
      Supplier<ChunkReader> parents,
      Optional<PageInspector> inspector,
      AuditSample sample) {}

  CopyWorker(Tools tools, Rules rules) {
    this.reader = tools.reader();
    this.sink = tools.sink();
    this.filler = new ChunkFiller(sink);
    this.intake = new Intake(filler, tools.inspector(), rules.limit(), rules.progress());
    this.parents = new ParentContent(tools.parents());
    this.tracked =
        new TrackedCopy(reader, intake, rules.evicted(), tools.sample(), rules.progress());
    this.compared = new ComparedCopy(reader, intake, parents, rules.evicted(), rules.notes());
    this.tally = rules.tally();
    this.dropPatience = rules.dropPatience();
  }

  long bytesRead() {
    return intake.bytesRead();
  }

  /** All extents in what it returns are known: the chunks are stored. */
  List<Copy> copy(Piece piece) throws InterruptedException {
    reader.willRead(Reading.of(piece, reader.hashesAtSource()));
    List<Copy> copies =
        switch (piece) {
          case Piece.Batch batch -> copyBatch(batch);
          case Piece.Slice slice -> List.of(copyFile(slice.planned(), slice.from(), slice.end()));
        };
    filler.flush();
    return copies;
  }

  private List<Copy> copyBatch(Piece.Batch batch) throws InterruptedException {
    List<Copy> copies = new ArrayList<>(batch.entries().size());
    for (Planned planned : batch.entries()) {
      Entry entry = planned.entry();
      if (entry.kind() != Entry.Kind.FILE || Reading.isEmpty(entry)) {
        copies.add(Copy.nothingToRead(entry));
        continue;
      }
      if (planned.parent().isEmpty() && entry.size() > filler.room()) {
        filler.flush(); // so that no page is read in two halves
      }
      copies.add(copyFile(planned, 0, Reading.end(entry)));
    }
    return copies;
  }

  private Copy copyFile(Planned planned, long from, long to) throws InterruptedException {
    Entry entry = planned.entry();
    try {
      Optional<FileChanges> changes = planned.parent().flatMap(Inherited::changes);
      return changes.isPresent()
          ? tracked.copy(entry, planned.parent().orElseThrow(), changes.get(), from, to)
          : read(planned, from, to);
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

  private Copy read(Planned planned, long from, long to)
      throws NoSuchFileException, InterruptedException {
    Entry entry = planned.entry();
    try (OpenFile file = reader.open(entry)) {
      Copy copy =
          planned.parent().isPresent()
              ? compared.copy(entry, file, planned.parent().get(), from, to)
              : whole(entry, file, from, to);
      long end = from + copy.length();
      noteOddLength(entry, file, end, end < to || end >= entry.size());
      return copy;
    }
  }

  private Copy whole(Entry entry, OpenFile file, long from, long to)
      throws NoSuchFileException, InterruptedException {
    List<Extent> extents = new ArrayList<>();
    long length = intake.store(entry, file, from, to, extents);
    boolean complete = to == Long.MAX_VALUE || length == to - from;
    return new Copy(entry, extents, length, complete, false);
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
    try (reader;
        parents) {
      sink.close();
    }
  }
}
