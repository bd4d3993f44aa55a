package io.holdfast.operations.backup;

import io.holdfast.operations.wal.PartsChangedException;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Looks whether the WAL in the archive is WAL of the life that the server leads now. A server whose
 * disk was set back to an earlier state (a snapshot, a copy) goes on from there on the same
 * timeline, over positions of which the archive may hold what it wrote before, and nothing in the
 * WAL further on tells so: records name where the one before begins, not what it says. So what both
 * have is compared, the newest first.
 */
final class UndoneLife {
  /** Beyond these it is cheaper to compare pages than WAL. */
  private static final int LOOK_BACK = 64;

  private static final int ATTEMPTS = 5;
  private static final int PART = 1 << 20;

  private final WalArchive archive;
  private final ClusterFiles files;

  UndoneLife(WalArchive archive, ClusterFiles files) {
    this.archive = archive;
    this.files = files;
  }

  /**
   * Call before anything that lets the server remove WAL.
   *
   * @param path of the server, a primary
   * @param written how far the server's WAL goes; asked after the archive
   * @return whether all that the archive holds from {@code since} on is what the server wrote;
   *     false if the server no longer has enough to tell
   * @throws HoldfastException (repository) if it is not
   */
  boolean isRuledOut(TimelineHistory path, Supplier<Lsn> written, Lsn since) {
    Lsn next = written.get().plus(1);
    for (int i = 0; i < LOOK_BACK && next.isAfter(since); i++) {
      WalSegment segment = holding(path, next.plus(-1));
      long archived = archive.reach(segment);
      Lsn end = written.get();
      if (segment.start().plus(archived).isAfter(end)) {
        throw otherLife(segment, "WAL ends at " + end);
      }
      if (archived > 0 && !isSame(segment, archived)) {
        return false;
      }
      next = segment.start();
    }
    return !next.isAfter(since);
  }

  private WalSegment holding(TimelineHistory path, Lsn lsn) {
    return WalSegment.holding(path.timelineAt(lsn), lsn, archive.segmentSize());
  }

  /** False if either no longer has it. */
  private boolean isSame(WalSegment segment, long length) {
    for (int attempt = 1; ; attempt++) {
      try (EntryReader reader = files.openReader();
          OpenFile file = reader.open(Entry.named("pg_wal/" + segment.name()))) {
        Comparison comparison = new Comparison(segment, file, length);
        return archive.fetch(segment.name(), comparison).isPresent() && comparison.at == length;
      } catch (NoSuchFileException e) {
        return false;
      } catch (PartsChangedException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static HoldfastException otherLife(WalSegment segment, String found) {
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not back up: expected WAL segment "
            + segment
            + " of the server to be what the archive holds under its name, found that the server's "
            + found,
        "The archive holds WAL that this server wrote in another life: was it, or its disk, set"
            + " back to an earlier state? Give it another cluster name, so that both stay"
            + " restorable.");
  }

  /** Gets what the archive holds, and reads the server's file beside it. */
  private static final class Comparison extends OutputStream {
    private final WalSegment segment;
    private final OpenFile file;
    private final long length;
    private final byte[] theirs = new byte[PART];
    private long at;
    private boolean missing;

    Comparison(WalSegment segment, OpenFile file, long length) {
      this.segment = segment;
      this.file = file;
      this.length = length;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      int rest = (int) Math.min(count, length - at);
      int from = offset;
      while (rest > 0 && !missing) {
        int part = Math.min(rest, PART);
        compare(bytes, from, part);
        from += part;
        rest -= part;
      }
    }

    private void compare(byte[] bytes, int offset, int count) {
      try {
        missing = file.read(at, theirs, 0, count) < count;
      } catch (NoSuchFileException e) {
        missing = true;
      }
      if (missing) {
        return;
      }
      int differs = Arrays.mismatch(bytes, offset, offset + count, theirs, 0, count);
      if (differs >= 0) {
        throw otherLife(segment, "differs from " + segment.start().plus(at + differs) + " on");
      }
      at += count;
    }
  }
}
