package io.holdfast.operations.dumping;

import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.StoredFile;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings the files of databases that are dumped at once into the order of their paths: those of the
 * first unfinished one are added as they come, the others' wait. Who has too much waiting waits
 * himself until it is his turn. Thread-safe.
 */
final class InOrder {
  /** Some 100 bytes each. */
  private static final int WAITING_EXTENTS = 100_000;

  private final BackupWriter writer;
  private final Map<Integer, List<StoredFile>> waiting = new HashMap<>();
  private final Map<Integer, Integer> extents = new HashMap<>();
  private final Set<Integer> finished = new HashSet<>();
  private int turn = 1;
  private boolean givenUp;

  InOrder(BackupWriter writer) {
    this.writer = writer;
  }

  /**
   * @param database its number
   */
  synchronized void add(int database, StoredFile file) {
    while (database != turn && extents.getOrDefault(database, 0) > WAITING_EXTENTS && !givenUp) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw ChunkQueue.interrupted(e);
      }
    }
    if (givenUp) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "the dump of another database failed meanwhile");
    }
    if (database == turn) {
      writer.add(file);
    } else {
      waiting.computeIfAbsent(database, number -> new ArrayList<>()).add(file);
      extents.merge(database, file.extents().size(), Integer::sum);
    }
  }

  /** It has no more files. */
  synchronized void finish(int database) {
    finished.add(database);
    while (finished.contains(turn)) {
      turn++;
      List<StoredFile> next = waiting.remove(turn);
      if (next != null) {
        next.forEach(writer::add);
      }
    }
    notifyAll();
  }

  /** Nobody needs to wait any more: it has failed. */
  synchronized void giveUp() {
    givenUp = true;
    notifyAll();
  }
}
