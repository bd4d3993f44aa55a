package io.holdfast.operations.verify;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.verify.ReadTask.Use;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.PageChecksum.Verdict;
import io.holdfast.postgres.RelationFile;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads chunks of one backup back and looks at their pages. One per thread.
 *
 * <p>A page that does not fit its checksum is excused only if its LSN says that it was being
 * written while the backup ran: WAL replay overwrites it.
 */
final class BackupRead implements AutoCloseable {
  private final BackupId backup;
  private final ChunkReader reader;
  private final Optional<PhysicalDetails> pages;
  private final FaultBook faults;
  private final Counts counts;
  private final Progress progress;
  private final PageChecksum checksum = new PageChecksum();

  BackupRead(
      BackupId backup,
      ChunkReader reader,
      Optional<PhysicalDetails> physical,
      FaultBook faults,
      Counts counts,
      Progress progress) {
    this.backup = backup;
    this.reader = reader;
    this.pages =
        physical.filter(
            d -> d.server().checksummed() && d.server().blockSize() == PageChecksum.PAGE);
    this.faults = faults;
    this.counts = counts;
    this.progress = progress;
  }

  void read(ReadTask task) {
    task.byPack().forEach((pack, chunks) -> read(task, pack, chunks));
  }

  private void read(ReadTask task, PackRef pack, List<ChunkRef> chunks) {
    Set<ChunkRef> seen = new HashSet<>();
    try {
      reader.read(
          pack,
          chunks,
          (chunk, content) -> {
            seen.add(chunk);
            look(chunk, content, task.uses().getOrDefault(chunk, List.of()));
          });
    } catch (RepositoryDamagedException | ObjectMissingException e) {
      chunks.stream().filter(c -> !seen.contains(c)).forEach(c -> readAlone(task, c));
    }
  }

  /** After a failure the rest is read one by one, so that each damaged chunk is named. */
  private void readAlone(ReadTask task, ChunkRef chunk) {
    List<Use> uses = task.uses().getOrDefault(chunk, List.of());
    byte[] content;
    try {
      content = reader.read(chunk);
    } catch (RepositoryDamagedException | ObjectMissingException e) {
      damaged(chunk, uses, e);
      return;
    }
    look(chunk, content, uses);
  }

  private void damaged(ChunkRef chunk, List<Use> uses, HoldfastException e) {
    String object = name(chunk.pack());
    faults.finding(Fault.Kind.PACK, object, backup, String.valueOf(e.getMessage()));
    uses.forEach(use -> faults.touches(Fault.Kind.PACK, object, backup, use.path()));
  }

  static String name(PackRef pack) {
    return "pack " + pack.number() + " of backup " + pack.backup();
  }

  private void look(ChunkRef chunk, byte[] content, List<Use> uses) {
    counts.chunk(chunk.rawLength());
    progress.advance(chunk.rawLength());
    for (Use use : uses) {
      if (use.slice().offset() + use.slice().length() > chunk.rawLength()) {
        faults.finding(
            Fault.Kind.MANIFEST,
            "the manifest of backup " + backup,
            backup,
            use.path() + " takes more of a chunk than it holds");
      } else if (pages.isPresent() && use.relation().isPresent()) {
        lookAtPages(use, content, use.relation().get(), pages.get());
      }
    }
  }

  private void lookAtPages(
      Use use, byte[] content, RelationFile relation, PhysicalDetails details) {
    if (use.at() % PageChecksum.PAGE != 0) {
      return;
    }
    Lsn start = details.window().start();
    Lsn stop = details.window().stop();
    long block =
        (long) relation.segment() * details.server().blocksPerSegment()
            + use.at() / PageChecksum.PAGE;
    int whole = (int) (use.slice().length() / PageChecksum.PAGE);
    int excused = 0;
    for (int i = 0; i < whole; i++) {
      int offset = use.slice().offset() + i * PageChecksum.PAGE;
      Verdict verdict = checksum.check(content, offset, block + i, start, stop);
      if (verdict == Verdict.CHANGING) {
        excused++;
      } else if (verdict == Verdict.BAD) {
        String object = use.path() + " in backup " + backup;
        faults.finding(
            Fault.Kind.PAGE, object, backup, "block " + (block + i) + " has a wrong checksum");
        faults.touches(Fault.Kind.PAGE, object, backup, use.path());
      }
    }
    counts.pages(whole, excused);
  }

  @Override
  public void close() {
    reader.close();
  }
}
