package io.holdfast.metrics;

import io.holdfast.metrics.Opening.Opened;
import io.holdfast.operations.retention.LastPrune;
import io.holdfast.operations.status.ClusterStatus;
import io.holdfast.operations.status.RecoverableWindow;
import io.holdfast.operations.status.SiteComparison;
import io.holdfast.operations.status.SiteStatus;
import io.holdfast.operations.status.Status;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Repository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Gathers what there is to be seen of a cluster in an open repository. */
final class FactFinder {
  /** Of a backup that a site has and that cannot be read. */
  private static final String UNKNOWN = "unknown";

  private final Opened opened;
  private final Repository repository;
  private final Instant openedAt;
  private final InstantSource clock;

  FactFinder(Opened opened, Instant openedAt, InstantSource clock) {
    this.opened = opened;
    this.repository = opened.repository();
    this.openedAt = openedAt;
    this.clock = clock;
  }

  /** What matters of a backup that stands. */
  private record Stands(String kind, Instant finished) {}

  /**
   * @param reach what the newest window means for the server
   * @throws io.holdfast.vocabulary.HoldfastException if the repository does not let itself be read
   */
  ClusterFacts of(
      Watched watched, ProofBook proofs, Function<Optional<RecoverableWindow>, WalReach> reach) {
    String cluster = watched.cluster();
    ClusterArchive archive = repository.cluster(cluster);
    Map<BackupId, Stands> stands = new HashMap<>();
    Map<String, Manifest> newest = new HashMap<>();
    ClusterStatus status =
        new Status(repository, clock)
            .of(
                cluster,
                manifest -> {
                  stands.put(manifest.id(), new Stands(manifest.kind(), manifest.finished()));
                  newest.merge(manifest.kind(), manifest, FactFinder::later);
                });
    Map<String, LastBackup> last = new HashMap<>();
    newest.forEach((kind, manifest) -> last.put(kind, LastBackup.of(manifest)));
    Map<String, Long> standing = new HashMap<>();
    stands.values().forEach(each -> standing.merge(each.kind(), 1L, Long::sum));
    return new ClusterFacts(
        status,
        repository.encrypted() ? Optional.of(openedAt) : Optional.empty(),
        last,
        standing,
        reach.apply(newestWindow(status)),
        proofs.read(archive, stands.keySet(), watched.signatureKey()),
        sites(status, stands),
        LastPrune.of(archive));
  }

  private static Manifest later(Manifest one, Manifest other) {
    return other.finished().isBefore(one.finished()) ? one : other;
  }

  /** That of the newest timeline of the newest server comes last. */
  private static Optional<RecoverableWindow> newestWindow(ClusterStatus status) {
    List<RecoverableWindow> windows = status.windows();
    return windows.isEmpty() ? Optional.empty() : Optional.of(windows.getLast());
  }

  private List<SiteFacts> sites(ClusterStatus status, Map<BackupId, Stands> stands) {
    List<SiteComparison.Place> places = opened.sites();
    if (places.size() == 1) {
      SiteComparison.Place only = places.getFirst();
      return List.of(
          new SiteFacts(only.name(), only.required(), Optional.of(alone(status, stands.values()))));
    }
    return SiteComparison.of(places, repository, clock.instant(), status.cluster()::equals).stream()
        .map(site -> new SiteFacts(site.site(), site.required(), content(site, stands)))
        .toList();
  }

  /** The only site lacks nothing that there is. */
  private static SiteFacts.Content alone(ClusterStatus status, Collection<Stands> stands) {
    Map<String, SiteFacts.OfKind> kinds = new HashMap<>();
    stands.forEach(each -> add(kinds, each));
    return new SiteFacts.Content(
        kinds,
        0,
        0,
        status.to(),
        status.walSegments() == 0 ? Optional.empty() : Optional.of(Duration.ZERO),
        0,
        0);
  }

  private static void add(Map<String, SiteFacts.OfKind> kinds, Stands backup) {
    kinds.put(
        backup.kind(),
        kinds.getOrDefault(backup.kind(), SiteFacts.OfKind.NONE).with(backup.finished()));
  }

  private static Optional<SiteFacts.Content> content(
      SiteStatus site, Map<BackupId, Stands> stands) {
    if (site.trouble().isPresent()) {
      return Optional.empty();
    }
    Map<String, SiteFacts.OfKind> kinds = new HashMap<>();
    Optional<SiteStatus.OfCluster> holds = site.clusters().stream().findFirst();
    holds
        .map(SiteStatus.OfCluster::standing)
        .ifPresent(ids ->
            ids.forEach(
                id -> add(kinds, stands.getOrDefault(id, new Stands(UNKNOWN, Instant.EPOCH)))));
    return Optional.of(
        new SiteFacts.Content(
            kinds,
            holds.map(each -> each.missingBackups().size()).orElse(0),
            holds.map(SiteStatus.OfCluster::missingWal).orElse(0L),
            holds.flatMap(SiteStatus.OfCluster::walUpTo),
            holds
                .filter(each -> each.walUpTo().isPresent())
                .map(each -> each.behind().orElse(Duration.ZERO)),
            site.missingKeys().size(),
            site.surplusKeys().size()));
  }
}
