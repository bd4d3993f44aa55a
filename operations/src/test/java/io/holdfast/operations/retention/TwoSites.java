package io.holdfast.operations.retention;

import static io.holdfast.operations.retention.MadeUpCluster.id;
import static io.holdfast.operations.retention.MadeUpCluster.night;

import io.holdfast.operations.retention.MadeUpCluster.Made;
import io.holdfast.operations.sync.Sync;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SyncReport;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A made-up cluster on two sites: seven nights, each built on the one before, on both of them. */
final class TwoSites {
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofDays(1));

  final Storage nas;
  final Storage offsite;
  Instant now = night(12);

  private TwoSites(Storage nas, Storage offsite) {
    this.nas = nas;
    this.offsite = offsite;
  }

  static TwoSites withSevenNights() {
    TwoSites sites = new TwoSites(Storages.memory("nas"), Storages.memory("offsite"));
    try (MadeUpCluster cluster = MadeUpCluster.create(sites.nas, () -> sites.now)) {
      cluster.wal(1, 1, 40);
      cluster.backup(1, new Made(4));
      for (int day = 2; day <= 7; day++) {
        cluster.backup(day, new Made(4 * day).on(id(day - 1)));
      }
    }
    sites.sync(Keeping.EVERYTHING);
    return sites;
  }

  /** The same once more. */
  TwoSites copy() {
    TwoSites copy = new TwoSites(Storages.memory("nas"), Storages.memory("offsite"));
    MadeUpCluster.copy(nas, copy.nas);
    MadeUpCluster.copy(offsite, copy.offsite);
    return copy;
  }

  static Policy last(int count, Duration grace) {
    return new Policy(count, Map.of(), Optional.empty(), ZoneOffset.UTC, grace);
  }

  /** The site follows that policy by rules of its own. */
  static Keeping keeping(Policy policy) {
    return new Keeping(cluster -> Optional.of(policy), true);
  }

  SyncReport sync(Keeping keeping) {
    return sync(offsite, keeping);
  }

  SyncReport sync(Storage to, Keeping keeping) {
    try (MadeUpCluster source = MadeUpCluster.open(nas, () -> now)) {
      return sync(source.repository(), to, keeping);
    }
  }

  private SyncReport sync(Repository from, Storage to, Keeping keeping) {
    return new Sync(from, nas, new Sync.Options(true, 0, 1), Progress.NONE)
        .to("offsite", to, keeping, () -> now);
  }

  PruneOutcome prune(Storage site, Policy policy) {
    try (MadeUpCluster alone = MadeUpCluster.open(site, () -> now)) {
      return Prune.run(alone.archive, policy, false, Progress.NONE, () -> now);
    }
  }

  /** Written to both sites at once. */
  void backup(Storage further, int day, Made made) {
    Storage both =
        Storages.mirror(
            List.of(new Site("nas", nas, true), new Site("offsite", further, false)),
            Repository.placement(),
            warning -> {},
            PATIENCE);
    try (MadeUpCluster cluster = MadeUpCluster.open(both, () -> now)) {
      cluster.backup(day, made);
    }
  }

  /** Whatever that site announces, it has. */
  void requireWhole(Storage site) {
    try (MadeUpCluster alone = MadeUpCluster.open(site, () -> now)) {
      alone.requireWhole();
    }
  }
}
