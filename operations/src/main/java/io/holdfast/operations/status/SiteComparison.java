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
import io.holdfast.repository.SyncRequest;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares the sites of a repository with each other, by names alone; only where one lacks backups
 * and has rules of its own, manifests are read to ask those. All sites are looked at at once.
 */
public final class SiteComparison {
  private static final String WAL = "wal";

  private final Repository anywhere;
  private final Instant now;
  private final List<Seen> sites;

  private SiteComparison(Repository anywhere, Instant now, List<Seen> sites) {
    this.anywhere = anywhere;
    this.now = now;
    this.sites = sites;
  }

  /**
   * One of the sites.
   *
   * @param description where it is
   * @param keeping what it lacks by these rules it does not lack
   * @param alone the repository as it lies there; throws if it does not
   */
  public record Place(
      String name,
      String description,
      boolean required,
      Keeping keeping,
      Supplier<Repository> alone) {}

  /**
   * How they stand, in their order, the first one first. One that fails is part of the answer.
   *
   * @param anywhere the repository, read wherever it can be
   */
  public static List<SiteStatus> of(List<Place> places, Repository anywhere, Instant now) {
    return of(places, anywhere, now, cluster -> true);
  }

  /**
   * As above, of some clusters alone: what cannot be read of another one keeps nothing of these
   * from being seen.
   */
  public static List<SiteStatus> of(
      List<Place> places, Repository anywhere, Instant now, Predicate<String> clusters) {
    List<Seen> seen = Together.ask(places, place -> look(place, clusters));
    return Together.ask(seen, new SiteComparison(anywhere, now, seen)::statusOrTrouble);
  }

  /** What a site has, or why it cannot be looked at. */
  private record Seen(
      Place place, Map<String, Holding> clusters, Set<String> keys, Optional<String> trouble) {
    static Seen troubled(Place place, @Nullable String trouble) {
      return new Seen(place, Map.of(), Set.of(), Optional.of(String.valueOf(trouble)));
    }
  }

  /**
   * What it has of a cluster.
   *
   * @param archive where it has it
   * @param removed those of the backups that only wait for being deleted
   * @param policy by which it does not lack what it lacks
   * @param keeps its rules in words
   */
  private record Holding(
      Optional<ClusterArchive> archive,
      TreeSet<BackupId> backups,
      Set<BackupId> removed,
      SeenWal wal,
      Optional<Instant> walUpTo,
      Optional<Policy> policy,
      Optional<String> keeps) {
    static final Holding NOTHING =
        new Holding(
            Optional.empty(),
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

  private static Seen look(Place place, Predicate<String> wanted) {
    try {
      Repository repository = place.alone().get();
      Set<String> keys = repository.keySlotIds();
      if (repository.encrypted() && keys.isEmpty()) {
        return Seen.troubled(place, "it has no key slot, so that nobody can open it by itself");
      }
      Map<String, Holding> clusters = new LinkedHashMap<>();
      for (String cluster : repository.clusters()) {
        if (wanted.test(cluster)) {
          clusters.put(cluster, holding(repository.cluster(cluster), place.keeping()));
        }
      }
      return new Seen(place, clusters, keys, Optional.empty());
    } catch (HoldfastException e) {
      return Seen.troubled(place, e.getMessage());
    }
  }

  private static Holding holding(ClusterArchive cluster, Keeping keeping) {
    TreeSet<BackupId> backups = new TreeSet<>(cluster.backupIds());
    return Together.both(
        () -> seenWal(cluster),
        () -> walUpTo(cluster),
        (wal, walUpTo) ->
            new Holding(
                Optional.of(cluster),
                backups,
                removed(cluster, backups),
                wal,
                walUpTo,
                keeping.at(cluster),
                keeping.policy().apply(cluster.name()).map(Policy::words)));
  }

  private static SeenWal seenWal(ClusterArchive cluster) {
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
    return wal;
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

  private SiteStatus statusOrTrouble(Seen seen) {
    try {
      return status(seen);
    } catch (HoldfastException e) {
      return status(Seen.troubled(seen.place(), e.getMessage()));
    }
  }

  private SiteStatus status(Seen seen) {
    Set<String> missing = new TreeSet<>();
    Set<String> surplus = new TreeSet<>();
    List<OfCluster> clusters = new ArrayList<>();
    if (seen.trouble().isEmpty()) {
      sites.forEach(other -> missing.addAll(other.keys()));
      missing.removeAll(seen.keys());
      Seen first = sites.getFirst();
      if (first.trouble().isEmpty()) {
        surplus.addAll(seen.keys());
        surplus.removeAll(first.keys());
        missing.retainAll(first.keys());
      }
      names().forEach(name -> clusters.add(status(seen, name)));
    }
    Place place = seen.place();
    return new SiteStatus(
        place.name(),
        place.description(),
        place.required(),
        seen.trouble(),
        clusters,
        missing,
        surplus);
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    sites.forEach(site -> names.addAll(site.clusters().keySet()));
    return names;
  }

  private OfCluster status(Seen seen, String name) {
    Holding mine = seen.clusters().getOrDefault(name, Holding.NOTHING);
    TreeSet<BackupId> standing = mine.standing();
    TreeSet<BackupId> missing = new TreeSet<>();
    long missingWal = 0;
    Optional<Instant> latest = mine.walUpTo();
    for (Seen other : sites) {
      Holding theirs = other.clusters().get(name);
      if (theirs != null) {
        missing.addAll(theirs.standing());
        missingWal =
            Math.max(missingWal, mine.wal().lacksOf(theirs.wal(), mine.policy().isPresent()));
        latest = later(latest, theirs.walUpTo());
      }
    }
    missing.removeAll(mine.backups());
    removeUnwanted(mine, name, missing);
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
        standing,
        List.copyOf(missing),
        mine.walUpTo(),
        missingWal,
        behind,
        mine.keeps());
  }

  /** What its rules would remove at once it does not lack; they are asked kind by kind. */
  private void removeUnwanted(Holding mine, String name, Set<BackupId> missing) {
    if (!missing.isEmpty() && mine.policy().isPresent() && mine.archive().isPresent()) {
      SyncRequest.Choice choice =
          Arrivals.of(
              anywhere.cluster(name),
              mine.archive().get(),
              mine.policy().get(),
              now,
              unknown -> {});
      missing.removeIf(id -> !choice.wants(id));
    }
  }
}
