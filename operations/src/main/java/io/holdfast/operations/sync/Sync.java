package io.holdfast.operations.sync;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.notes.Pin;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.retention.Arrivals;
import io.holdfast.operations.retention.Keeping;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SyncReport;
import io.holdfast.repository.SyncRequest;
import io.holdfast.storage.RateLimit;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Copies what one site holds and another one lacks. A destination that is empty becomes a site of
 * the repository first. Nothing is deleted there or overwritten; see {@link Repository#syncTo}.
 */
public final class Sync {
  private final Repository from;
  private final Storage source;
  private final Options options;
  private final Progress progress;

  /**
   * @param documents whether the source is the primary, whose documents count
   * @param bytesPerSecond 0 for no limit
   * @param jobs how many objects are copied at once
   */
  public record Options(boolean documents, long bytesPerSecond, int jobs) {}

  /**
   * @param from the repository as it lies on {@code source}, opened there alone
   */
  public Sync(Repository from, Storage source, Options options, Progress progress) {
    this.from = from;
    this.source = source;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Backups that come with a pin are pinned there too.
   *
   * @throws HoldfastException (refused) if the destination belongs to another repository; (lease
   *     held) if another sync writes there; (repository) if a site fails: then it can be run again
   */
  public SyncReport to(String site, Storage destination, Keeping keeping, InstantSource clock) {
    try {
      Repository.found(source, destination);
      SyncReport report =
          from.syncTo(
              destination,
              new SyncRequest(
                  options.documents(),
                  (here, there) -> choice(here, there, keeping, clock.instant()),
                  Sync::hasItsWal,
                  options.jobs(),
                  watching(site)));
      pinToo(report, destination, clock.instant());
      progress.end();
      return report;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish the sync: interrupted", null, e);
    }
  }

  private SyncRequest.Choice choice(
      ClusterArchive here, ClusterArchive there, Keeping keeping, Instant now) {
    return keeping
        .at(there)
        .map(policy ->
            Arrivals.of(
                here,
                there,
                policy,
                now,
                e ->
                    progress.warn(
                        "everything is brought, whatever retention says: " + e.getMessage())))
        .orElse(SyncRequest.Choice.ALL);
  }

  /** Who pinned it wants it kept wherever it is. */
  private void pinToo(SyncReport report, Storage destination, Instant now) {
    Repository there = from.on(destination);
    Map<String, Map<BackupId, Standing>> said = new HashMap<>();
    for (SyncReport.Announced each : report.announced()) {
      said.computeIfAbsent(
              each.cluster(), cluster -> new Backups(from.cluster(cluster)).standings())
          .getOrDefault(each.backup(), Standing.PLAIN)
          .pinned(now)
          .ifPresent(pin -> pin(there.cluster(each.cluster()), each.backup(), pin, now));
    }
  }

  private void pin(ClusterArchive there, BackupId backup, Pin pin, Instant now) {
    try {
      new Backups(there).pin(backup, pin.reason(), pin.until(), now);
    } catch (HoldfastException e) {
      progress.warn(
          "backup "
              + backup
              + " is pinned where it came from, and was not pinned where it was brought; `holdfast"
              + " backups pin "
              + backup
              + "` does it: "
              + e.getMessage());
    }
  }

  private SyncRequest.Watcher watching(String site) {
    RateLimit limit = new RateLimit(options.bytesPerSecond(), System::nanoTime);
    return new SyncRequest.Watcher() {
      @Override
      public void before(long bytes) throws InterruptedException {
        limit.take(bytes);
      }

      @Override
      public void begin(String cluster, long bytes) {
        progress.begin("bringing " + cluster + " to " + site, bytes);
      }

      @Override
      public void copied(long bytes) {
        progress.advance(bytes);
      }
    };
  }

  /** A physical backup without its WAL from START to STOP is none. */
  private static boolean hasItsWal(ClusterArchive there, Manifest manifest) {
    if (!manifest.kind().equals(PhysicalDetails.KIND)) {
      return true;
    }
    PhysicalDetails details = PhysicalDetails.of(manifest);
    WalArchive wal =
        WalArchive.of(
            there, details.server().systemIdentifier(), details.server().walSegmentSize());
    int timeline = details.window().stopTimeline();
    Optional<TimelineHistory> path =
        timeline == 1 ? Optional.of(TimelineHistory.root(1)) : wal.history(timeline);
    return path.filter(
            known -> wal.covers(known, details.window().start(), details.window().stop()))
        .isPresent();
  }
}
