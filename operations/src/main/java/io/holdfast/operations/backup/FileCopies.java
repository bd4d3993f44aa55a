package io.holdfast.operations.backup;

import io.holdfast.operations.changes.ChangeHistory;
import io.holdfast.operations.changes.SummaryStore;
import io.holdfast.operations.wal.PartsChangedException;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ChangeListener;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalScanner;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;

/**
 * Databases that were made during a backup by copying the files of another one: by CREATE DATABASE
 * before 15 and with STRATEGY FILE_COPY, and by a move between tablespaces. Recovery copies the
 * directory once more (dbase_redo in dbcommands.c), out of what the backup has of it, and that may
 * be of a later moment: changed, or gone. What was not touched between the copy and the end of the
 * backup is the same at any moment.
 */
final class FileCopies {
  private static final int ATTEMPTS = 5;

  private final WalArchive archive;
  private final int major;

  FileCopies(WalArchive archive, int major) {
    this.archive = archive;
    this.major = major;
  }

  /**
   * Reads all of that WAL, where summaries say that databases came or went.
   *
   * @throws PostgresException if a restore would make a database out of the wrong files
   * @throws HoldfastException (repository) if that WAL is not whole
   */
  void requireRepeatable(SummaryStore summaries, TimelineHistory path, Lsn from, Lsn to) {
    ChangeHistory history =
        new ChangeHistory(
            summaries,
            (segment, out) -> archive.fetch(segment.name(), out).isPresent(),
            major,
            archive.segmentSize());
    for (int attempt = 1; ; attempt++) {
      try {
        if (history.between(path, from, to).mayHaveResets()) {
          look(path, from, to).requireNone();
        }
        return;
      } catch (PartsChangedException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Copies look(TimelineHistory path, Lsn from, Lsn to) {
    Copies copies = new Copies(from, to);
    WalScanner scanner = WalScanner.create(major, archive.segmentSize(), record -> {}, copies);
    if (!new ArchivedRecords(archive, path, scanner, to).showFrom(from)) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not finish the backup: expected its archived WAL to be whole from "
              + from
              + " to "
              + to
              + ", found that it "
              + (scanner.validUpTo() == null ? "cannot be read" : "ends at " + scanner.validUpTo())
              + scanner.endReason().map(why -> ": " + why).orElse(""),
          "Start it again. If this comes back, 'holdfast verify --wal' says what the archive has.");
    }
    return copies;
  }

  private static final class Copy {
    private final int source;
    private final int target;
    private boolean harmed;

    Copy(int source, int target) {
      this.source = source;
      this.target = target;
    }
  }

  private static final class Copies implements ChangeListener {
    private final Lsn from;
    private final Lsn to;
    private final List<Copy> copies = new ArrayList<>();
    private boolean counts;

    Copies(Lsn from, Lsn to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void record(long start, long previous) {
      Lsn lsn = new Lsn(start);
      counts = !lsn.isBefore(from) && lsn.isBefore(to);
    }

    private void touched(int database) {
      for (Copy copy : copies) {
        copy.harmed |= copy.source == database;
      }
    }

    @Override
    public void block(int tablespace, int database, int relation, int fork, int block) {
      touched(database);
    }

    @Override
    public void truncated(int tablespace, int database, int relation, int fork, long blocks) {
      touched(database);
    }

    @Override
    public void databaseReset(int tablespace, int database) {
      touched(database);
      // Made anew or gone: what it was copied from before is of no more concern.
      copies.removeIf(copy -> copy.target == database && copy.source != database);
    }

    @Override
    public void databaseCopied(
        int fromTablespace, int fromDatabase, int toTablespace, int toDatabase) {
      if (counts) {
        copies.add(new Copy(fromDatabase, toDatabase));
      }
    }

    @Override
    public void unknown(String why) {}

    void requireNone() {
      for (Copy copy : copies) {
        if (copy.harmed) {
          throw new PostgresException(
              "could not finish the backup: expected databases to stay as they were while others"
                  + " are made from their files, found that the database with object id "
                  + Integer.toUnsignedString(copy.target)
                  + (copy.source == copy.target
                      ? " was moved to another tablespace and on"
                      : " was copied from the one with object id "
                          + Integer.toUnsignedString(copy.source)
                          + ", which was changed or dropped after that"),
              "Start it again. A restore of this one would lose that database, or damage it."
                  + " CREATE DATABASE with STRATEGY WAL_LOG (15 and later) does no harm.",
              null);
        }
      }
    }
  }
}
