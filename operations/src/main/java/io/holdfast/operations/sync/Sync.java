package io.holdfast.operations.sync;

import io.holdfast.operations.backup.RateLimit;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SyncReport;
import io.holdfast.repository.SyncRequest;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
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
   * @throws HoldfastException (refused) if the destination belongs to another repository; (lease
   *     held) if another sync writes there; (repository) if a site fails: then it can be run again
   */
  public SyncReport to(String site, Storage destination) {
    try {
      Repository.found(source, destination);
      SyncReport report =
          from.syncTo(
              destination,
              new SyncRequest(
                  options.documents(), Sync::hasItsWal, options.jobs(), watching(site)));
      progress.end();
      return report;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HoldfastException(
          ExitStatus.INTERRUPTED, "could not finish the sync: interrupted", null, e);
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
