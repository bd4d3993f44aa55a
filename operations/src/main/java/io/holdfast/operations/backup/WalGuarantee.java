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
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the WAL without which a backup is nothing gets into the repository: by a receiver
 * that runs already, or by one of its own. Whoever brings it, only what lies in the repository
 * counts.
 */
final class WalGuarantee implements AutoCloseable {
  private static final long FURTHER_NANOS = Duration.ofSeconds(10).toNanos();

  private final ClusterArchive cluster;
  private final BackupRequest request;
  private final WalArchive archive;
  private final String slot;
  private final Progress progress;
  private final InstantSource clock;
  private @Nullable Receiver own;
  private Optional<Path> ownSpool = Optional.empty();
  private boolean coming;
  private long lookedSince;

  private WalGuarantee(
      ClusterArchive cluster,
      BackupRequest request,
      WalArchive archive,
      BackupId id,
      Progress progress,
      InstantSource clock) {
    this.cluster = cluster;
    this.request = request;
    this.archive = archive;
    this.slot = "holdfast_" + id.text().toLowerCase(Locale.ROOT).replace('-', '_');
    this.progress = progress;
    this.clock = clock;
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
    WalArchive archive =
        WalArchive.of(cluster, source.facts().systemIdentifier(), source.facts().walSegmentSize());
    WalGuarantee made = new WalGuarantee(cluster, request, archive, id, progress, clock);
    Optional<LeaseHolder> running = made.continuous();
    if (running.isPresent()) {
      progress.note(
          "WAL comes from the receiver on "
              + running.get().host()
              + " (process "
              + running.get().pid()
              + ")");
    } else {
      made.receive(from);
    }
    return made;
  }

  private Optional<LeaseHolder> continuous() {
    return cluster.holder(Receiver.LEASE);
  }

  private void receive(Optional<Lsn> from) {
    Optional<Path> spool = request.spool().isPresent() ? Optional.empty() : Optional.of(newSpool());
    try {
      own =
          Receiver.start(
              cluster,
              ReceiverOptions.duringBackup(
                  request.connection(), slot, request.spool().or(() -> spool).orElseThrow(), from),
              progress,
              clock);
      ownSpool = spool;
    } catch (RuntimeException e) {
      spool.ifPresent(WalGuarantee::remove);
      throw e;
    }
  }

  /**
   * Call now and then while files are copied: hours of that would be in vain if no WAL came. A
   * continuous receiver that ends or brings nothing is replaced by one of our own.
   *
   * @throws HoldfastException if no WAL comes at all
   */
  void check(Lsn start, int timeline) {
    Receiver receiver = own;
    if (receiver != null) {
      receiver.check();
    }
    if (!coming) {
      lookedSince = lookedSince == 0 ? System.nanoTime() : lookedSince;
      TimelineHistory path = history(timeline);
      coming = archive.covers(path, start, start.plus(1));
      if (!coming && (spent(lookedSince) || hasEnded())) {
        replace(path, start);
      }
    }
  }

  private boolean spent(long since) {
    return System.nanoTime() - since > request.walPatience().toNanos();
  }

  private boolean hasEnded() {
    return own == null && continuous().isEmpty();
  }

  /** Receives what the continuous receiver did not bring: its slot makes the server keep it. */
  private void replace(TimelineHistory path, Lsn start) {
    List<WalGap> gaps = archive.missing(path, start, start.plus(1));
    if (own != null) {
      throw missing(gaps, null);
    }
    progress.warn(
        "the running `holdfast wal receive` does not bring this backup's WAL; receiving it here");
    try {
      receive(Optional.of(archive.reach(path, start)));
    } catch (HoldfastException e) {
      throw missing(gaps, e);
    }
  }

  /** For the record: who brings the WAL. */
  String from() {
    return own == null ? "receiver" : "backup";
  }

  /**
   * Returns when everything from start to stop is durable in the repository, history included, and
   * proven to be of this backup.
   *
   * @throws HoldfastException naming what is missing when patience ends
   */
  void await(Lsn start, Lsn stop, int timeline, ArchivedBeginning beginning)
      throws InterruptedException {
    TimelineHistory path = history(timeline);
    if (own == null && !awaitContinuous(path, start, stop)) {
      replace(path, start);
    }
    Receiver receiver = own;
    if (receiver != null) {
      receiver.awaitDurable(stop, request.walPatience());
    }
    if (!archive.covers(path, start, stop)) {
      throw missing(archive.missing(path, start, stop), null);
    }
    beginning.requireIn(archive, path);
  }

  private boolean awaitContinuous(TimelineHistory path, Lsn start, Lsn stop)
      throws InterruptedException {
    long since = System.nanoTime();
    for (long pause = 50; !archive.covers(path, start, stop); pause = Math.min(2 * pause, 2000)) {
      if (spent(since) || hasEnded()) {
        return archive.covers(path, start, stop);
      }
      Thread.sleep(pause);
    }
    return true;
  }

  /**
   * Whether a further site has it too, history included. Another process may be just about to bring
   * it there, so it is waited for a little.
   */
  boolean isOn(ClusterArchive site, Lsn start, Lsn stop, int timeline) {
    WalArchive there = WalArchive.of(site, archive.systemIdentifier(), archive.segmentSize());
    long since = System.nanoTime();
    boolean covered = covers(there, start, stop, timeline);
    for (long pause = 50; !covered && System.nanoTime() - since < FURTHER_NANOS; pause *= 2) {
      LockSupport.parkNanos(pause * 1_000_000);
      covered = covers(there, start, stop, timeline);
    }
    return covered;
  }

  private boolean covers(WalArchive there, Lsn start, Lsn stop, int timeline) {
    return (timeline == 1 || there.history(timeline).isPresent())
        && there.covers(history(timeline), start, stop);
  }

  /** Where WAL comes to lie. */
  WalArchive archive() {
    return archive;
  }

  /** The ancestors of a timeline, from the archive or, if it is not there yet, from the server. */
  TimelineHistory history(int timeline) {
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

  private HoldfastException missing(List<WalGap> gaps, @Nullable HoldfastException cause) {
    String hint =
        own != null
            ? "The receiver inside the backup fell behind: give more time, or run `holdfast wal"
                + " receive` all the time."
            : continuous().isPresent()
                ? "See what the running `holdfast wal receive` says; it holds the lease but did not"
                    + " bring this WAL."
                : "The `holdfast wal receive` that was running has ended. Start it again, or start"
                    + " the backup again without it.";
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not finish the backup: expected its WAL in the repository within "
            + request.walPatience().toSeconds()
            + " s, found missing "
            + (gaps.isEmpty() ? "some of it" : gaps.getFirst())
            + (gaps.size() > 1 ? " and " + (gaps.size() - 1) + " more gaps" : "")
            + (cause == null ? "" : "; and receiving it here failed too: " + cause.getMessage()),
        hint,
        cause);
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
    Receiver receiver = own;
    try {
      if (receiver != null) {
        receiver.close();
      }
    } finally {
      ownSpool.ifPresent(WalGuarantee::remove);
    }
  }
}
