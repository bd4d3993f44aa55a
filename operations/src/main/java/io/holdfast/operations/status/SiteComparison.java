package io.holdfast.operations.status;

import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.retention.Arrivals;
import io.holdfast.operations.retention.Keeping;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.status.SiteStatus.OfCluster;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalInventory;
import io.holdfast.operations.wal.WalRange;
import io.holdfast.postgres.TimelineHistory;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Repository;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares the sites of a repository with each other, by names alone. What a site is asked for is
 * added first, site by site; then each is held against all others.
 */
public final class SiteComparison {
  private static final String WAL = "wal";

  private final Instant now;
  private final List<Seen> sites = new ArrayList<>();

  public SiteComparison(Instant now) {
    this.now = now;
  }

  /** What a site has. */
  private static final class Seen {
    final String name;
    final String place;
    final boolean required;
    final Map<String, Holding> clusters = new LinkedHashMap<>();
    Set<String> keys = Set.of();
    @Nullable String trouble;

    Seen(String name, String place, boolean required) {
      this.name = name;
      this.place = place;
      this.required = required;
    }
  }

  /**
   * What it has of a cluster.
   *
   * @param removed those of the backups that only wait for being deleted
   * @param policy by which it does not lack what it lacks
   * @param keeps its rules in words
   */
  private record Holding(
      TreeSet<BackupId> backups,
      Set<BackupId> removed,
      SeenWal wal,
      Optional<Instant> walUpTo,
      Optional<Policy> policy,
      Optional<String> keeps) {
    static final Holding NOTHING =
        new Holding(
            new TreeSet<>(),
            Set.of(),
            new SeenWal(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    TreeSet<BackupId> standing() {
      TreeSet<BackupId> standing = new TreeSet<>(backups);
      standing.removeAll(removed);
      return standing;
    }
  }

  /**
   * Looks at a site, the first one first. One that fails is part of the answer.
   *
   * @param keeping what it lacks by these rules it does not lack
   * @param alone the repository as it lies there; throws if it does not
   */
  public void add(
      String name, String place, boolean required, Keeping keeping, Supplier<Repository> alone) {
    Seen seen = new Seen(name, place, required);
    sites.add(seen);
    try {
      Repository repository = alone.get();
      seen.keys = repository.keySlotIds();
      if (repository.encrypted() && seen.keys.isEmpty()) {
        seen.trouble = "it has no key slot, so that nobody can open it by itself";
        return;
      }
      for (String cluster : repository.clusters()) {
        seen.clusters.put(cluster, holding(repository.cluster(cluster), keeping));
      }
    } catch (HoldfastException e) {
      seen.trouble = e.getMessage();
    }
  }

  private static Holding holding(ClusterArchive cluster, Keeping keeping) {
    SeenWal wal = new SeenWal();
    cluster
        .objects(WAL)
        .list(
            "",
            entry -> {
              // Parts come and go until their segment is whole.
              if (!entry.name().contains(".part/")) {
                wal.add(entry.name());
              }
            });
    TreeSet<BackupId> backups = new TreeSet<>(cluster.backupIds());
    return new Holding(
        backups,
        removed(cluster, backups),
        wal,
        walUpTo(cluster),
        keeping.at(cluster),
        keeping.policy().apply(cluster.name()).map(Policy::words));
  }

  private static Set<BackupId> removed(ClusterArchive cluster, Set<BackupId> backups) {
    return new Backups(cluster)
        .standings().entrySet().stream()
            .filter(each -> each.getValue().removed())
            .map(Map.Entry::getKey)
            .filter(backups::contains)
            .collect(Collectors.toSet());
  }

  private static Optional<Instant> walUpTo(ClusterArchive cluster) {
    Optional<Instant> latest = Optional.empty();
    for (long server : WalArchive.systemIdentifiers(cluster)) {
      Optional<WalArchive> archive = WalArchive.find(cluster, server);
      if (archive.isPresent()) {
        WalInventory inventory = archive.get().inventory();
        for (int timeline : inventory.leaves()) {
          latest = later(latest, end(archive.get(), inventory, timeline));
        }
      }
    }
    return latest;
  }

  private static Optional<Instant> end(WalArchive archive, WalInventory inventory, int timeline) {
    TimelineHistory path = inventory.path(timeline);
    List<WalRange> ranges = inventory.coverage(path);
    return ranges.isEmpty()
        ? Optional.empty()
        : archive.lastCommitTime(timeline, ranges.getLast().to());
  }

  private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
    return one.isPresent() && other.isPresent()
        ? one.filter(at -> at.isAfter(other.get())).or(() -> other)
        : one.or(() -> other);
  }

  /** In the order in which they were added. */
  public List<SiteStatus> statuses() {
    return sites.stream().map(this::status).toList();
  }

  private SiteStatus status(Seen seen) {
    Optional<String> trouble = Optional.ofNullable(seen.trouble);
    Set<String> missing = new TreeSet<>();
    Set<String> surplus = new TreeSet<>();
    List<OfCluster> clusters = new ArrayList<>();
    if (trouble.isEmpty()) {
      sites.forEach(other -> missing.addAll(other.keys));
      missing.removeAll(seen.keys);
      Seen first = sites.getFirst();
      if (first.trouble == null) {
        surplus.addAll(seen.keys);
        surplus.removeAll(first.keys);
        missing.retainAll(first.keys);
      }
      names().forEach(name -> clusters.add(status(seen, name)));
    }
    return new SiteStatus(
        seen.name, seen.place, seen.required, trouble, clusters, missing, surplus);
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    sites.forEach(site -> names.addAll(site.clusters.keySet()));
    return names;
  }

  private OfCluster status(Seen seen, String name) {
    Holding mine = seen.clusters.getOrDefault(name, Holding.NOTHING);
    TreeSet<BackupId> standing = mine.standing();
    TreeSet<BackupId> missing = new TreeSet<>();
    long missingWal = 0;
    Optional<Instant> latest = mine.walUpTo();
    for (Seen other : sites) {
      Holding theirs = other.clusters.get(name);
      if (theirs != null) {
        missing.addAll(theirs.standing());
        missingWal =
            Math.max(missingWal, mine.wal().lacksOf(theirs.wal(), mine.policy().isPresent()));
        latest = later(latest, theirs.walUpTo());
      }
    }
    missing.removeAll(mine.backups());
    mine.policy()
        .ifPresent(
            policy -> missing.removeAll(Arrivals.unwanted(policy, mine.backups(), missing, now)));
    Optional<Instant> last = latest;
    Optional<Duration> behind =
        mine.walUpTo()
            .flatMap(own -> last.map(at -> Duration.between(own, at)))
            .filter(gap -> !gap.isZero());
    return new OfCluster(
        name,
        standing.size(),
        mine.removed().size(),
        standing.isEmpty() ? Optional.empty() : Optional.of(standing.last()),
        List.copyOf(missing),
        mine.walUpTo(),
        missingWal,
        behind,
        mine.keeps());
  }
}
