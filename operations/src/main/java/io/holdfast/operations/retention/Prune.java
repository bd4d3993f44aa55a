package io.holdfast.operations.retention;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.backup.PackTable.Freed;
import io.holdfast.operations.notes.Note;
import io.holdfast.operations.notes.Notes;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.proof.Proofs;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes what a policy does not keep. A backup goes in two steps: it is marked, and deleted by a
 * prune after its grace period. With the last backup that needs it goes the WAL before. Killed at
 * any moment, the next prune goes on where this one ended; no backup that is kept ever lacks
 * anything.
 */
public final class Prune {
  /** What a prune says that it holds a lease for. */
  public static final String PURPOSE = "prune";

  /** So that it can be seen for a year how long restores took. */
  private static final Duration PROOFS_OUTLIVE_THEIR_BACKUPS_BY = Duration.ofDays(400);

  private final ClusterArchive cluster;
  private final Progress progress;
  private final Notes notes;
  private final PrunePlan plan;
  private final Stock stock;
  private final Lease lease;
  private final List<BackupId> purged = new ArrayList<>();
  private final List<String> postponed = new ArrayList<>();
  private final long[] wal = new long[2];
  private final long[] leftovers = new long[2];

  private Prune(
      ClusterArchive cluster,
      Progress progress,
      Notes notes,
      PrunePlan plan,
      Stock stock,
      Lease lease) {
    this.cluster = cluster;
    this.progress = progress;
    this.notes = notes;
    this.plan = plan;
    this.stock = stock;
    this.lease = lease;
  }

  /**
   * What {@link #run} would do now. Changes nothing and takes no lease.
   *
   * @param trustClock go by dates that cannot all be right
   * @throws HoldfastException (refused) if a clock is or was wrong; (repository) if a backup cannot
   *     be read
   */
  public static PrunePlan plan(
      ClusterArchive cluster, Policy policy, boolean trustClock, InstantSource clock) {
    return plan(cluster, Stock.take(cluster), policy, trustClock, clock.instant());
  }

  private static PrunePlan plan(
      ClusterArchive cluster, Stock stock, Policy policy, boolean trustClock, Instant now) {
    if (!trustClock) {
      new ClockCheck(cluster.name(), now).require(stock, LastPrune.of(cluster));
    }
    return new Planner(cluster, stock, policy, now).plan();
  }

  /**
   * As above, and does it. Backups, WAL receivers and restores may run beside it; while a backup
   * runs nothing is deleted, only marked.
   *
   * @throws LeaseHeldException if another prune runs
   */
  public static PruneOutcome run(
      ClusterArchive cluster,
      Policy policy,
      boolean trustClock,
      Progress progress,
      InstantSource clock) {
    try (Lease lease = cluster.acquire(Notes.LEASE, LeaseOptions.of(PURPOSE))) {
      progress.begin("looking at the backups of " + cluster.name(), 0);
      Stock stock = Stock.take(cluster);
      PrunePlan plan = plan(cluster, stock, policy, trustClock, clock.instant());
      LastPrune.is(cluster, plan.now());
      PruneOutcome outcome =
          new Prune(cluster, progress, new Notes(cluster), plan, stock, lease).run();
      progress.end();
      return outcome;
    }
  }

  private PruneOutcome run() {
    mark();
    Optional<Lease> alone = whileNothingIsBrought();
    if (alone.isPresent()) {
      try (Lease removal = alone.get()) {
        delete(removal);
      }
    }
    return new PruneOutcome(
        plan,
        purged,
        purged.isEmpty() ? new Freed(0, 0) : stock.packs().freedBy(purged),
        wal[0],
        wal[1],
        leftovers[0],
        leftovers[1],
        postponed);
  }

  /** What is needed is looked up after the lease was taken; see §10.4 of the format. */
  private void delete(Lease removal) {
    Optional<Lease> quiet = whileNoBackupRuns();
    if (quiet.isPresent()) {
      try (Lease held = quiet.get()) {
        purge(held, removal);
      }
      removeWal(removal);
      removeLeftovers(removal);
    }
  }

  private void mark() {
    for (PrunePlan.Removed removed : plan.removed()) {
      String reason = String.join("; ", removed.verdict().reasons());
      lease.ensureHeld();
      notes.say(
          removed.verdict().backup().id(),
          new Note.Deleted(reason, plan.now().plus(plan.policy().grace())),
          plan.now());
    }
  }

  /** What a sync brings, or is about to name, nobody knows before it ends. */
  private Optional<Lease> whileNothingIsBrought() {
    try {
      Lease removal = cluster.removing("prune");
      if (!cluster.isBeingWritten()) {
        return Optional.of(removal);
      }
      // On a further site nothing else tells of it; it would not be announced beside us.
      removal.close();
      postpone("a backup is being written");
      return Optional.empty();
    } catch (LeaseHeldException e) {
      postpone("somebody else works on this site (" + e.getMessage() + ")");
      return Optional.empty();
    }
  }

  private void postpone(String because) {
    if (!plan.purged().isEmpty() || plan.walObjects() > 0) {
      postponed.add(because + ": the next prune deletes what this one did not");
    }
  }

  /** A running backup may inherit from any other one; what it needs nobody knows before it ends. */
  private Optional<Lease> whileNoBackupRuns() {
    try {
      return Optional.of(cluster.acquire("backup", LeaseOptions.of("prune")));
    } catch (LeaseHeldException e) {
      postpone("a backup runs");
      return Optional.empty();
    }
  }

  private void purge(Lease quiet, Lease removal) {
    for (Contender each : plan.purged()) {
      progress.begin("deleting backup " + each.id(), 0);
      lease.ensureHeld();
      quiet.ensureHeld();
      removal.ensureHeld();
      cluster.delete(each.id());
      purged.add(each.id());
    }
    Set<BackupId> existing = new HashSet<>(cluster.backupIds());
    notes.forgetAllBut(existing);
    new Proofs(cluster).forget(existing, plan.now(), PROOFS_OUTLIVE_THEIR_BACKUPS_BY);
  }

  private void removeWal(Lease removal) {
    progress.begin("removing WAL of " + cluster.name(), 0);
    for (WalFloor floor : WalFloor.of(neededWal())) {
      SpentWal spent = SpentWal.find(cluster, floor);
      spent.remove(() -> {
        lease.ensureHeld();
        removal.ensureHeld();
      });
      wal[0] += spent.count();
      wal[1] += spent.bytes();
    }
  }

  /** Of all that are there by now: one may have come since the plan was made. */
  private List<WalNeed> neededWal() {
    List<WalNeed> needed = new ArrayList<>(stock.walWithout(Set.copyOf(purged)));
    for (BackupId id : cluster.backupIds()) {
      if (stock.find(id).isEmpty()) {
        Manifest manifest = cluster.open(id).manifest();
        if (manifest.kind().equals(PhysicalDetails.KIND)) {
          needed.add(WalNeed.of(PhysicalDetails.of(manifest)));
        }
      }
    }
    return needed;
  }

  private void removeLeftovers(Lease removal) {
    progress.begin("removing leftovers of " + cluster.name(), 0);
    try {
      new Backups(cluster)
          .removeOrphans(
              removal,
              orphan -> {
                leftovers[0]++;
                leftovers[1] += orphan.object().size();
              });
    } catch (HoldfastException e) {
      if (e.status() != ExitStatus.LEASE_HELD) {
        throw e;
      }
      postponed.add("leftovers of killed backups stay: " + e.getMessage());
    }
  }
}
