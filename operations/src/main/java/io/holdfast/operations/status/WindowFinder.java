package io.holdfast.operations.status;

import io.holdfast.operations.wal.WalGap;
import io.holdfast.operations.wal.WalInventory;
import io.holdfast.operations.wal.WalRange;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.BackupId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Joins the backups of one server with its WAL into windows. A backup opens a window where it is
 * consistent, if all WAL from its start is there; the window goes as far as WAL goes without a
 * hole; windows of backups with the same stretch of WAL are one.
 */
final class WindowFinder {
  /** When the last transaction ended before a place in WAL. */
  interface CommitTimes {
    Optional<Instant> before(int timeline, Lsn end);
  }

  private final WalInventory wal;
  private final List<BackupPoint> backups;
  private final CommitTimes times;
  private final Set<BackupId> restorable = new HashSet<>();

  /**
   * @param backups of one server
   */
  WindowFinder(WalInventory wal, List<BackupPoint> backups, CommitTimes times) {
    this.wal = wal;
    this.backups = backups.stream().sorted(Comparator.comparing(BackupPoint::stop)).toList();
    this.times = times;
  }

  /** Those of the newest timeline last, and before them only what it does not have. */
  List<RecoverableWindow> windows() {
    TreeSet<Integer> ends = new TreeSet<>(Integer::compareUnsigned);
    ends.addAll(wal.leaves());
    backups.stream()
        .map(BackupPoint::stopTimeline)
        .filter(t -> wal.histories().values().stream().noneMatch(h -> h.endOf(t).isPresent()))
        .forEach(ends::add);
    List<RecoverableWindow> found = new ArrayList<>();
    for (int end : ends.descendingSet()) {
      List<RecoverableWindow> along = along(wal.path(end));
      along.removeIf(window -> known(window, found));
      found.addAll(0, along);
    }
    return found;
  }

  private static boolean known(RecoverableWindow window, List<RecoverableWindow> found) {
    return found.stream()
        .anyMatch(
            f -> f.backups().containsAll(window.backups()) && !window.toLsn().isAfter(f.toLsn()));
  }

  private List<RecoverableWindow> along(TimelineHistory path) {
    List<RecoverableWindow> windows = new ArrayList<>();
    for (WalRange range : wal.coverage(path)) {
      List<BackupPoint> inside =
          backups.stream().filter(b -> b.liesOn(path) && holds(range, b)).toList();
      if (!inside.isEmpty()) {
        inside.forEach(b -> restorable.add(b.id()));
        windows.add(window(path, range, inside, windows));
      }
    }
    return windows;
  }

  private static boolean holds(WalRange range, BackupPoint backup) {
    return !backup.start().isBefore(range.from()) && !backup.stop().isAfter(range.to());
  }

  private RecoverableWindow window(
      TimelineHistory path,
      WalRange range,
      List<BackupPoint> inside,
      List<RecoverableWindow> before) {
    BackupPoint first = inside.getFirst();
    Instant lastStopped =
        inside.stream().map(BackupPoint::stopped).max(Instant::compareTo).orElseThrow();
    Instant to =
        times
            .before(range.timeline(), range.to())
            .filter(t -> t.isAfter(lastStopped))
            .orElse(lastStopped);
    List<WalGap> missing =
        before.isEmpty() ? List.of() : wal.missing(path, before.getLast().toLsn(), range.from());
    return new RecoverableWindow(
        first.systemIdentifier(),
        path.timeline(),
        range.timeline(),
        first.stopped(),
        to,
        first.stop(),
        range.to(),
        inside.stream().map(BackupPoint::id).toList(),
        missing);
  }

  /** What is missing between a window and the end of WAL on its path. */
  List<WalGap> missingAfter(RecoverableWindow window) {
    TimelineHistory path = wal.path(window.path());
    return wal.coverage(path).stream()
        .map(WalRange::to)
        .max(Comparator.naturalOrder())
        .filter(end -> end.isAfter(window.toLsn()))
        .map(end -> wal.missing(path, window.toLsn(), end))
        .orElse(List.of());
  }

  /** Call after {@link #windows}. */
  List<UnrestorableBackup> unrestorable() {
    return backups.stream()
        .filter(b -> !restorable.contains(b.id()))
        .map(b ->
            new UnrestorableBackup(
                b.id(), wal.missing(wal.path(b.stopTimeline()), b.start(), b.stop()), 0))
        .toList();
  }
}
