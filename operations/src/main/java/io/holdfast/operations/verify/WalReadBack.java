package io.holdfast.operations.verify;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.operations.wal.FetchedWal;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.operations.wal.WalItem;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.vocabulary.Progress;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** Looks at WAL: whether what a backup needs is there, and whether it reads back. */
final class WalReadBack {
  private final ClusterArchive cluster;
  private final FaultBook faults;
  private final Counts counts;
  private final Progress progress;

  WalReadBack(ClusterArchive cluster, FaultBook faults, Counts counts, Progress progress) {
    this.cluster = cluster;
    this.faults = faults;
    this.counts = counts;
    this.progress = progress;
  }

  void lookAt(BackupId backup, PhysicalDetails details, boolean readBack) {
    Window window = details.window();
    WalArchive archive =
        WalArchive.of(
            cluster, details.server().systemIdentifier(), details.server().walSegmentSize());
    Optional<TimelineHistory> path = path(archive, window.stopTimeline());
    if (path.isEmpty()) {
      String name = TimelineHistory.fileName(window.stopTimeline());
      faults.finding(Fault.Kind.WAL, name, backup, "there is no such file");
      return;
    }
    List<WalGap> gaps = archive.missing(path.get(), window.start(), window.stop());
    for (WalGap gap : gaps) {
      faults.finding(
          Fault.Kind.WAL,
          "WAL of backup " + backup,
          backup,
          "missing " + gap + ", without which the backup cannot be restored");
    }
    if (readBack) {
      progress.begin("reading back the WAL of " + backup, 0);
      readBack(backup, archive, path.get(), window);
    }
  }

  private static Optional<TimelineHistory> path(WalArchive archive, int timeline) {
    return timeline == 1 ? Optional.of(TimelineHistory.root(1)) : archive.history(timeline);
  }

  private void readBack(BackupId backup, WalArchive archive, TimelineHistory path, Window window) {
    Lsn last = new Lsn(window.stop().value() - 1);
    RecordTrail trail = new RecordTrail();
    WalSegment segment = WalSegment.holding(1, window.start(), archive.segmentSize());
    for (; !segment.start().isAfter(last); segment = segment.next()) {
      Lsn upTo = segment.end().isBefore(window.stop()) ? segment.end() : window.stop();
      readSegment(backup, archive, path, segment, upTo, trail);
    }
    if (!faults.names(backup) && trail.reached().isBefore(window.stop())) {
      faults.finding(
          Fault.Kind.WAL,
          "WAL of backup " + backup,
          backup,
          "expected records up to "
              + window.stop()
              + ", found that they end at "
              + trail.reached()
              + trail.why());
    }
  }

  private void readSegment(
      BackupId backup,
      WalArchive archive,
      TimelineHistory path,
      WalSegment segment,
      Lsn upTo,
      RecordTrail trail) {
    String name = segment.onTimeline(path.timelineAt(upTo.plus(-1))).name();
    // A child timeline's first segment holds a copy of its parent's last one.
    String child = segment.onTimeline(path.timelineAt(segment.end().plus(-1))).name();
    long needed = upTo.minus(segment.start());
    try {
      Optional<FetchedWal> fetched =
          fetch(archive, name, trail.into(segment))
              .filter(wal -> wal.validBytes() >= needed || child.equals(name))
              .or(() -> fetch(archive, child, trail.into(segment)));
      fetched
          .filter(wal -> wal.validBytes() < needed)
          .ifPresent(wal ->
              faults.finding(
                  Fault.Kind.WAL,
                  wal.name(),
                  backup,
                  "expected " + needed + " bytes, found " + wal.validBytes()));
    } catch (RepositoryDamagedException | ObjectMissingException e) {
      faults.finding(Fault.Kind.WAL, name, backup, String.valueOf(e.getMessage()));
    }
  }

  private Optional<FetchedWal> fetch(WalArchive archive, String name, OutputStream to) {
    Optional<FetchedWal> fetched = archive.fetch(name, to);
    fetched.ifPresent(wal -> {
      counts.walFile(wal.validBytes());
      progress.advance(wal.validBytes());
    });
    return fetched;
  }

  /**
   * Reads back all WAL of the cluster; gaps are worth a note, since backups may need none of it.
   */
  void everything(List<String> notes) {
    for (long system : WalArchive.systemIdentifiers(cluster)) {
      WalArchive.find(cluster, system).ifPresent(archive -> everything(archive, notes));
    }
  }

  private void everything(WalArchive archive, List<String> notes) {
    long[] total = new long[1];
    archive.list(item -> total[0] += item.storedBytes());
    progress.begin("reading back the WAL archive", total[0]);
    String[] before = {""};
    RecordTrail trail = new RecordTrail();
    archive.list(item -> {
      String name = nameOf(item);
      if (!name.equals(before[0])) {
        before[0] = name;
        readOne(archive, name, trail);
      }
    });
    archive
        .gaps()
        .forEach(gap -> notes.add("WAL of timeline " + gap.timeline() + " has a gap: " + gap));
  }

  private void readOne(WalArchive archive, String name, RecordTrail trail) {
    Optional<WalSegment> segment = WalSegment.parse(name, archive.segmentSize());
    segment
        .flatMap(trail::endedBefore)
        .ifPresent(end ->
            faults.finding(
                Fault.Kind.WAL,
                end.segment().name(),
                "expected records up to "
                    + name
                    + ", which follows it, found that they end at "
                    + end.at()
                    + trail.why()));
    try {
      OutputStream to = segment.map(trail::into).orElseGet(OutputStream::nullOutputStream);
      Optional<FetchedWal> fetched = fetch(archive, name, to);
      if (fetched.isEmpty() && isListed(archive, name)) {
        faults.finding(Fault.Kind.WAL, name, "its parts do not give its beginning");
      }
      if (segment.isPresent()
          && fetched.filter(wal -> wal.validBytes() == archive.segmentSize()).isEmpty()) {
        trail.cut(); // what follows a part is a gap, and told as one
      }
    } catch (RepositoryDamagedException e) {
      faults.finding(Fault.Kind.WAL, name, String.valueOf(e.getMessage()));
    } catch (ObjectMissingException e) {
      if (isListed(archive, name)) {
        faults.finding(Fault.Kind.WAL, name, String.valueOf(e.getMessage()));
      }
    }
  }

  /** It may have been pruned since it was listed. */
  private static boolean isListed(WalArchive archive, String name) {
    return archive.has(name)
        || WalSegment.parse(name, archive.segmentSize())
            .filter(segment -> !archive.parts(segment).isEmpty())
            .isPresent();
  }

  private static String nameOf(WalItem item) {
    return switch (item) {
      case WalItem.Segment s -> s.segment().name();
      case WalItem.Part p -> p.segment().name();
      case WalItem.History h -> TimelineHistory.fileName(h.timeline());
      case WalItem.Other o -> o.name();
    };
  }
}
