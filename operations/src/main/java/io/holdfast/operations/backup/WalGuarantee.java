package io.holdfast.operations.backup;

import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.ReceiverOptions;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the WAL without which a backup is nothing gets into the repository: by a receiver
 * that runs already, or by one of its own. Whoever brings it, only what lies in the repository
 * counts.
 */
final class WalGuarantee implements AutoCloseable {
  private final ClusterArchive cluster;
  private final BackupRequest request;
  private final WalArchive archive;
  private final @Nullable Receiver own;
  private final Optional<Path> ownSpool;

  private WalGuarantee(
      ClusterArchive cluster,
      BackupRequest request,
      WalArchive archive,
      @Nullable Receiver own,
      Optional<Path> ownSpool) {
    this.cluster = cluster;
    this.request = request;
    this.archive = archive;
    this.own = own;
    this.ownSpool = ownSpool;
  }

  /**
   * Call before the backup starts: from then on no WAL gets lost.
   *
   * @param from where the backup cannot start before, if that is known: what a primary has written
   *     so far; without it everything since the last checkpoint would be received for nothing
   */
  static WalGuarantee prepare(
      ClusterArchive cluster,
      BackupRequest request,
      Source source,
      BackupId id,
      Optional<Lsn> from,
      Progress progress,
      InstantSource clock) {
    Optional<LeaseHolder> running = cluster.holder("wal-receive");
    if (running.isPresent()) {
      progress.note(
          "WAL comes from the receiver on "
              + running.get().host()
              + " (process "
              + running.get().pid()
              + ")");
      WalArchive archive =
          WalArchive.of(
              cluster, source.facts().systemIdentifier(), source.facts().walSegmentSize());
      return new WalGuarantee(cluster, request, archive, null, Optional.empty());
    }
    Optional<Path> spool = request.spool().isPresent() ? Optional.empty() : Optional.of(newSpool());
    String slot = "holdfast_" + id.text().toLowerCase(Locale.ROOT).replace('-', '_');
    try {
      Receiver receiver =
          Receiver.start(
              cluster,
              ReceiverOptions.duringBackup(
                  request.connection(), slot, request.spool().or(() -> spool).orElseThrow(), from),
              progress,
              clock);
      return new WalGuarantee(cluster, request, receiver.archive(), receiver, spool);
    } catch (RuntimeException e) {
      spool.ifPresent(WalGuarantee::remove);
      throw e;
    }
  }

  /** For the record: who brings the WAL. */
  String from() {
    return own == null ? "receiver" : "backup";
  }

  /**
   * Returns when everything from start to stop is durable in the repository, history included.
   *
   * @throws HoldfastException naming what is missing when patience ends
   */
  void await(Lsn start, Lsn stop, int timeline) throws InterruptedException {
    Duration patience = request.walPatience();
    long deadline = System.nanoTime() + patience.toNanos();
    TimelineHistory path = history(timeline);
    if (own != null) {
      own.awaitDurable(stop, patience);
    }
    for (long pause = 50; !archive.covers(path, start, stop); pause = Math.min(2 * pause, 2000)) {
      if (System.nanoTime() > deadline || own != null) {
        throw missing(archive.missing(path, start, stop), patience);
      }
      Thread.sleep(pause);
    }
  }

  private TimelineHistory history(int timeline) {
    if (timeline == 1) {
      return TimelineHistory.root(1);
    }
    Optional<TimelineHistory> there = archive.history(timeline);
    if (there.isPresent()) {
      return there.get();
    }
    try (ReplicationSession session =
        ReplicationSession.connect(request.connection(), "holdfast_backup")) {
      byte[] content =
          session
              .timelineHistory(timeline)
              .orElseThrow(() ->
                  new PostgresException(
                      "could not get the history of timeline " + timeline, null, null));
      archive.putHistory(timeline, content);
      return TimelineHistory.parse(timeline, content);
    }
  }

  private HoldfastException missing(List<WalGap> gaps, Duration patience) {
    Optional<LeaseHolder> holder = cluster.holder("wal-receive");
    String hint =
        own != null
            ? "The receiver inside the backup fell behind: give more time, or run `holdfast wal"
                + " receive` all the time."
            : holder.isPresent()
                ? "See what the running `holdfast wal receive` says; it holds the lease but did not"
                    + " bring this WAL."
                : "The `holdfast wal receive` that was running has ended. Start it again, or start"
                    + " the backup again without it.";
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not finish the backup: expected its WAL in the repository within "
            + patience.toSeconds()
            + " s, found missing "
            + (gaps.isEmpty() ? "some of it" : gaps.getFirst())
            + (gaps.size() > 1 ? " and " + (gaps.size() - 1) + " more gaps" : ""),
        hint);
  }

  private static Path newSpool() {
    try {
      return Files.createTempDirectory("holdfast-wal-");
    } catch (IOException e) {
      throw new UncheckedIOException("could not create a directory for WAL", e);
    }
  }

  private static void remove(Path spool) {
    try {
      Files.deleteIfExists(spool);
    } catch (IOException e) {
      // not empty: the receiver could not clear it and said so
    }
  }

  @Override
  public void close() {
    try {
      if (own != null) {
        own.close();
      }
    } finally {
      ownSpool.ifPresent(WalGuarantee::remove);
    }
  }
}
