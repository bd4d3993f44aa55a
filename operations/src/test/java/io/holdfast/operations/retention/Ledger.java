package io.holdfast.operations.retention;

import io.holdfast.repository.BackupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must be there of one cluster on one site, by what was done so far. Knows only the simplest
 * rule, "the newest so many": enough to tell whether a prune took what it should not.
 */
final class Ledger {
  /** The hour of a backup decides which one is newer; ids decide where hours are the same. */
  private static final Comparator<Entry> OLDEST_FIRST =
      Comparator.comparing(Entry::started).thenComparing(Entry::id);

  /**
   * One backup.
   *
   * @param started by the clock of the host that made it
   * @param due when it may be purged, if it is marked
   */
  record Entry(
      BackupId id, Instant started, long startSegment, boolean pinned, Optional<Instant> due) {
    Entry pinned(boolean now) {
      return new Entry(id, started, startSegment, now, due);
    }

    Entry marked(Optional<Instant> purgeAfter) {
      return new Entry(id, started, startSegment, pinned, purgeAfter);
    }
  }

  final TreeMap<BackupId, Entry> backups = new TreeMap<>();

  /** Somebody is about to delete them, or to say something about them. */
  final List<BackupId> touched = new ArrayList<>();

  long nextSegment = 1;

  /** What a prune may mark: whatever is not among the newest of those that are not marked. */
  Set<BackupId> beyond(int newest) {
    Set<BackupId> beyond = new TreeSet<>();
    backups.values().stream()
        .filter(each -> each.due().isEmpty())
        .sorted(OLDEST_FIRST.reversed())
        .skip(newest)
        .filter(each -> !each.pinned())
        .forEach(each -> beyond.add(each.id()));
    return beyond;
  }

  /** What a prune may purge at that hour. */
  Set<BackupId> due(Instant now) {
    Set<BackupId> due = new TreeSet<>();
    backups.values().stream()
        .filter(each -> each.due().filter(end -> !now.isBefore(end)).isPresent())
        .filter(each -> !each.pinned())
        .forEach(each -> due.add(each.id()));
    return due;
  }

  /** The first segment that some backup needs. */
  long floor() {
    return backups.values().stream().mapToLong(Entry::startSegment).min().orElse(nextSegment);
  }
}
