package io.holdfast.operations.backup;

import io.holdfast.operations.backup.Piece.Copy;
import io.holdfast.operations.changes.FileChanges;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.repository.Extent;
import io.holdfast.repository.PackRef;
import io.holdfast.vocabulary.Progress;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a stretch of a relation file of which WAL says what changed: the changed pages are read,
 * the others taken over. A file without a change is not even opened. What was cut off and not
 * written since, and what a file grew by without a word in WAL, is zeros: replay does not need it
 * either.
 */
final class TrackedCopy {
  private static final int PAGE = PageChecksum.PAGE;

  private final EntryReader reader;
  private final Intake intake;
  private final Set<PackRef> evicted;
  private final AuditSample sample;
  private final Progress progress;

  TrackedCopy(
      EntryReader reader,
      Intake intake,
      Set<PackRef> evicted,
      AuditSample sample,
      Progress progress) {
    this.reader = reader;
    this.intake = intake;
    this.evicted = evicted;
    this.sample = sample;
    this.progress = progress;
  }

  /**
   * @throws NoSuchFileException if it has to be read and is gone
   */
  Copy copy(Entry entry, Inherited parent, FileChanges changes, long from, long to)
      throws NoSuchFileException, InterruptedException {
    try (Stretch stretch = new Stretch(entry, parent.extents(), changes, from)) {
      stretch.copyTo(to);
      return new Copy(entry, stretch.extents, to - from, true, false);
    }
  }

  private final class Stretch implements AutoCloseable {
    private final Entry entry;
    private final FileChanges changes;
    private final ExtentCursor parent;
    private final List<Extent> extents = new ArrayList<>();
    private long at;
    private @Nullable OpenFile file;

    Stretch(Entry entry, List<Extent> parent, FileChanges changes, long from) {
      this.entry = entry;
      this.changes = changes;
      this.parent = new ExtentCursor(parent, from);
      this.at = from;
    }

    void copyTo(long to) throws NoSuchFileException, InterruptedException {
      long end = to / PAGE;
      while (at < to) {
        long changed = changes.nextChanged(at / PAGE, end);
        inheritTo(changed * PAGE);
        readTo(changes.nextUnchanged(changed, end) * PAGE);
      }
    }

    private void inheritTo(long to) throws NoSuchFileException, InterruptedException {
      if (at == to) {
        return;
      }
      parent.skipTo(at);
      for (Extent part : parent.upTo(Math.min(to, changes.limit() * PAGE))) {
        if (part instanceof Extent.Slice slice && evicted.contains(slice.chunk().pack())) {
          readTo(at + part.length());
        } else {
          inherit(part);
        }
      }
      if (at < to) {
        inherit(new Extent.Hole(to - at));
      }
    }

    private void inherit(Extent part) {
      if (part instanceof Extent.Slice slice) {
        sample.offer(entry, at, slice);
      }
      intake.inherit(part, extents);
      at += part.length();
      progress.advance(part.length());
    }

    private void readTo(long to) throws NoSuchFileException, InterruptedException {
      if (at == to) {
        return;
      }
      if (file == null) {
        file = reader.open(entry);
      }
      long got = intake.store(entry, file, at, to, extents);
      if (at + got < to) {
        intake.inherit(new Extent.Hole(to - at - got), extents); // cut off since, as replay repeats
      }
      at = to;
    }

    @Override
    public void close() {
      if (file != null) {
        file.close();
      }
    }
  }
}
