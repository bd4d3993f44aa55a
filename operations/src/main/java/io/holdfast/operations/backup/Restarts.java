package io.holdfast.operations.backup;

import io.holdfast.operations.physical.NewestBackup;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.ServerSession;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.ClusterArchive;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether archived WAL can be believed although the server was started since it was written: only
 * while it is down can its disk be set back. (A virtual machine set back with its memory knows of
 * no start; there the checkpoint of the backup and the beginnings of segments are compared.)
 *
 * @param started the server's last start, by its clock
 * @param ruledOut from where on archived WAL was compared with the server's, and is the same
 */
record Restarts(Instant started, Optional<Lsn> ruledOut) {
  /**
   * Compares as much as the newest backup needs, if the server was started since. Call before
   * anything that lets the server remove WAL.
   *
   * @throws io.holdfast.vocabulary.HoldfastException (repository) if the archive holds WAL of
   *     another life
   */
  static Restarts look(ClusterArchive cluster, ServerSession session, Source source) {
    // A standby that was set back replays the same WAL once more.
    Instant started = source.standby() ? Instant.MIN : session.startedAt();
    Optional<Lsn> since =
        NewestBackup.of(cluster)
            .filter(newest -> isSameServer(newest, source))
            .map(PhysicalDetails::window)
            .filter(window -> started.isAfter(window.started()))
            .map(Window::start);
    return new Restarts(started, since.filter(from -> isRuledOut(cluster, session, source, from)));
  }

  private static boolean isSameServer(PhysicalDetails newest, Source source) {
    return newest.server().systemIdentifier() == source.facts().systemIdentifier()
        && newest.server().walSegmentSize() == source.facts().walSegmentSize();
  }

  private static boolean isRuledOut(
      ClusterArchive cluster, ServerSession session, Source source, Lsn since) {
    WalArchive archive =
        WalArchive.of(cluster, source.facts().systemIdentifier(), source.facts().walSegmentSize());
    ControlFile control = source.files().control();
    Optional<TimelineHistory> path = archive.history(control.timeline());
    return path.isPresent()
        && new UndoneLife(archive, source.files())
            .isRuledOut(path.get(), session::currentLsn, since);
  }

  boolean mayHideWhatChangedSince(Window parent) {
    return started.isAfter(parent.started())
        && ruledOut.filter(from -> !from.isAfter(parent.start())).isEmpty();
  }
}
