package io.holdfast.operations.backup;

import io.holdfast.operations.changes.ChangeHistory;
import io.holdfast.operations.changes.ChangeMap;
import io.holdfast.operations.changes.SummaryStore;
import io.holdfast.operations.changes.WalBytes;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.Server;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.operations.wal.PartsChangedException;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses what a backup builds on, after the server has begun it. The rules are those of
 * pg_basebackup's own incremental and stricter ones: whatever is not certain is compared, whatever
 * cannot be compared is read in full.
 */
final class BasisFinder {
  /**
   * Older backups than these are not looked at: somebody whose last ten are unusable wants a full.
   */
  private static final int CANDIDATES = 10;

  /** The segment under way may become whole while its parts are read. */
  private static final int ATTEMPTS = 5;

  private final ClusterArchive cluster;
  private final BackupRequest request;
  private final ControlFile control;
  private final WalBytes wal;
  private final Begun begun;
  private final SummaryCheck check;

  /**
   * Where the backup begins.
   *
   * @param path the timelines that lead there
   */
  record Begun(Lsn start, TimelineHistory path, Restarts restarts) {}

  /** A backup that can be built on. */
  private record Parent(Manifest manifest, PhysicalDetails details) {}

  BasisFinder(
      ClusterArchive cluster,
      BackupRequest request,
      ControlFile control,
      WalBytes wal,
      Begun begun,
      SummaryCheck check) {
    this.cluster = cluster;
    this.request = request;
    this.control = control;
    this.wal = wal;
    this.begun = begun;
    this.check = check;
  }

  /**
   * @param distrust why WAL must not be believed this time; empty if it may
   * @throws HoldfastException (usage, refused) if the parent that was asked for cannot be one
   */
  Basis find(Optional<String> distrust) {
    if (request.full()) {
      return new Basis.Nothing("a full backup was asked for");
    }
    if (request.parent().isPresent()) {
      return basis(requested(request.parent().get()), distrust);
    }
    List<String> passedOver = new ArrayList<>();
    List<BackupId> newestFirst = cluster.backupIds().reversed();
    for (BackupId id : newestFirst.subList(0, Math.min(CANDIDATES, newestFirst.size()))) {
      try {
        Manifest manifest = cluster.open(id).manifest();
        if (manifest.kind().equals(PhysicalDetails.KIND)) {
          return basis(parent(manifest), distrust).passingOver(passedOver);
        }
      } catch (Unusable e) {
        passedOver.add(e.why);
      } catch (HoldfastException e) {
        if (e.status() == ExitStatus.INTERRUPTED) {
          throw e;
        }
        passedOver.add("backup " + id + " cannot be read: " + e.getMessage());
      }
    }
    return new Basis.Nothing(
        passedOver.isEmpty() ? "there is no earlier backup" : passedOver.getLast());
  }

  private Parent requested(BackupId id) {
    try {
      return parent(cluster.open(id).manifest());
    } catch (Unusable e) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not build on the backup that --parent names: " + e.why,
          "Leave --parent out: then Holdfast finds a parent, or takes a full backup.");
    }
  }

  private static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    Unusable(String why) {
      super(why);
      this.why = why;
    }
  }

  private Parent parent(Manifest manifest) {
    PhysicalDetails details = PhysicalDetails.of(manifest);
    Server then = details.server();
    requireSame(manifest, "system identifier", then.systemIdentifier(), control.systemIdentifier());
    requireSame(manifest, "major version", then.major(), control.majorVersion());
    requireSame(manifest, "catalog version", then.catalogVersion(), control.catalogVersion());
    requireSame(manifest, "block size", then.blockSize(), control.blockSize());
    requireSame(manifest, "blocks per file", then.blocksPerSegment(), control.blocksPerSegment());
    if (control.blockSize() != PageChecksum.PAGE) {
      throw new Unusable("pages of " + control.blockSize() + " bytes are always read in full");
    }
    if (!details.findings().clean()) {
      throw new Unusable("backup " + manifest.id() + " has damaged pages");
    }
    cluster
        .lackOf(manifest)
        .ifPresent(lack -> {
          throw new Unusable("backup " + manifest.id() + " is damaged: " + lack);
        });
    cluster
        .requiredSiteWithout(manifest)
        .ifPresent(site -> {
          throw new Unusable(
              "backup " + manifest.id() + " is not, or not whole, on site " + site + " (required)");
        });
    return new Parent(manifest, details);
  }

  private static void requireSame(Manifest manifest, String what, long then, long now) {
    if (then != now) {
      throw new Unusable(
          "backup "
              + manifest.id()
              + " is of another "
              + what
              + ": "
              + Long.toUnsignedString(then)
              + ", not "
              + Long.toUnsignedString(now));
    }
  }

  private Basis basis(Parent parent, Optional<String> distrust) {
    Manifest manifest = parent.manifest();
    Window window = parent.details().window();
    Optional<String> doubt = distrust.or(() -> doubt(parent));
    if (doubt.isPresent()) {
      return scan(manifest, doubt.get());
    }
    ChangeMap changes = changes(window.start());
    return changes
        .unknown()
        .or(() -> check.missing(changes, begun.path().timeline(), window.start(), begun.start()))
        .map(why -> scan(manifest, why))
        .orElseGet(() ->
            new Basis.Tracked(
                manifest,
                changes,
                "WAL from "
                    + window.start()
                    + " to "
                    + begun.start()
                    + " tells what changed since backup "
                    + manifest.id()));
  }

  private static Basis scan(Manifest parent, String why) {
    return new Basis.Scan(parent, "compared with backup " + parent.id() + ", because " + why);
  }

  /**
   * Why WAL between the two cannot tell what changed, as far as that is known without reading it.
   */
  private Optional<String> doubt(Parent parent) {
    PhysicalDetails details = parent.details();
    Window window = details.window();
    if (details.server().dataChecksumVersion() != control.dataChecksumVersion()) {
      return Optional.of("data checksums were switched on or off since, which WAL does not tell");
    }
    if (details.server().walSegmentSize() != control.walSegmentSize()) {
      return Optional.of("the size of WAL segments was changed since");
    }
    if (!begun.path().passesThrough(window.stopTimeline())) {
      return Optional.of(
          "it is of timeline "
              + window.stopTimeline()
              + ", which is no ancestor of timeline "
              + begun.path().timeline());
    }
    if (begun.restarts().mayHideWhatChangedSince(window)) {
      return Optional.of(
          "the server was started again since, and no longer has the WAL by which to tell that its"
              + " disk was not set back");
    }
    Optional<Lsn> left = begun.path().endOf(window.stopTimeline());
    if (left.isPresent() && window.stop().isAfter(left.get())) {
      return Optional.of(
          "it ends at "
              + window.stop()
              + ", after timeline "
              + window.stopTimeline()
              + " was left at "
              + left.get());
    }
    if (window.stop().isAfter(begun.start())) {
      return Optional.of(
          "it ends at " + window.stop() + ", after this one begins at " + begun.start());
    }
    return Optional.empty();
  }

  private ChangeMap changes(Lsn from) {
    ChangeHistory history =
        new ChangeHistory(
            new SummaryStore(cluster, control.systemIdentifier()),
            wal,
            control.majorVersion(),
            control.walSegmentSize());
    for (int attempt = 1; ; attempt++) {
      try {
        return history.between(begun.path(), from, begun.start());
      } catch (PartsChangedException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
