package io.holdfast.operations.status;

import io.holdfast.operations.backup.PackTable;
import io.holdfast.operations.notes.Notes;
import io.holdfast.operations.notes.Removal;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalGap;
import io.holdfast.operations.wal.WalInventory;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.Together;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Says what can be restored, from the repository alone: names of WAL, history files and the tops of
 * manifests. Memory grows with backups and with holes in WAL, not with segments.
 */
public final class Status {
  private static final List<String> LEASES = List.of("backup", Receiver.LEASE);

  private final Repository repository;
  private final InstantSource clock;

  public Status(Repository repository, InstantSource clock) {
    this.repository = repository;
    this.clock = clock;
  }

  /** Of every cluster that the repository holds anything of, by name. */
  public List<ClusterStatus> all() {
    return repository.clusters().stream().sorted().map(this::of).toList();
  }

  public ClusterStatus of(String name) {
    return of(name, manifest -> {});
  }

  /**
   * As above.
   *
   * @param standing shown the manifest of each backup that was not removed and can be read, oldest
   *     first, on the caller's thread: whoever wants more of them need not read them again
   */
  public ClusterStatus of(String name, Consumer<Manifest> standing) {
    ClusterArchive cluster = repository.cluster(name);
    Seen seen = Seen.of(cluster, standing);
    List<BackupPoint> points = new ArrayList<>();
    List<UnrestorableBackup> holed = new ArrayList<>();
    // Packs are looked for after the manifests: what those name was there before them.
    seen.packs.lookFor(cluster);
    seen.kept.forEach((id, physical) -> {
      int lost = seen.packs.lost(id);
      if (lost > 0) {
        holed.add(new UnrestorableBackup(id, List.of(), lost));
      } else {
        physical.ifPresent(points::add);
      }
    });
    Rest rest =
        Together.both(
            () -> wal(cluster, points),
            () ->
                Together.both(
                    () -> seen.unreadable.isEmpty() ? leftovers(cluster) : new long[2],
                    () -> leases(cluster),
                    Beside::new),
            Rest::new);
    Wal wal = rest.wal();
    wal.unrestorable.addAll(holed);
    long[] left = rest.beside().leftovers();
    Instant now = clock.instant();
    return new ClusterStatus(
        name,
        repository.encrypted(),
        wal.windows,
        wal.missingAfter,
        seen.standing,
        seen.unreadable,
        seen.newest,
        seen.newestFinished.map(at -> Duration.between(at, now)),
        wal.unrestorable,
        wal.segments,
        wal.bytes,
        rest.beside().leases(),
        left[0],
        left[1],
        seen.removed,
        seen.unreadable.isEmpty() ? seen.packs.freedBy(seen.removed.keySet()).bytes() : 0);
  }

  /** What is asked for when the backups are known. */
  private record Rest(Wal wal, Beside beside) {}

  @SuppressWarnings("ArrayRecordComponent") // two sums, which nobody compares
  private record Beside(long[] leftovers, Map<String, LeaseHolder> leases) {}

  /** What the manifests say, read several at once, one after the other forgotten. */
  private static final class Seen {
    final List<BackupId> unreadable = new ArrayList<>();
    final Map<BackupId, Removal> removed = new LinkedHashMap<>();

    /** Those that were not removed; as a point to restore from, if it is that. */
    final Map<BackupId, Optional<BackupPoint>> kept = new LinkedHashMap<>();

    final PackTable packs = new PackTable();
    Optional<BackupId> newest = Optional.empty();
    Optional<Instant> newestFinished = Optional.empty();
    int standing;
    private final Consumer<Manifest> shown;

    private Seen(Consumer<Manifest> shown) {
      this.shown = shown;
    }

    static Seen of(ClusterArchive cluster, Consumer<Manifest> shown) {
      return Together.both(
          () -> new Notes(cluster).all(unread -> {}),
          cluster::backupIds,
          (standings, ids) -> of(cluster, standings, ids, shown));
    }

    private static Seen of(
        ClusterArchive cluster,
        Map<BackupId, Standing> standings,
        List<BackupId> ids,
        Consumer<Manifest> shown) {
      Seen seen = new Seen(shown);
      Together.inTurn(
          ids,
          ClusterArchive.AT_ONCE,
          id -> read(cluster, id),
          (id, read) -> seen.add(id, standings.getOrDefault(id, Standing.PLAIN).removal(), read));
      return seen;
    }

    /** Empty for a backup that cannot be read: it must not hide what the others can do. */
    private static Optional<Manifest> read(ClusterArchive cluster, BackupId id) {
      try {
        return Optional.of(cluster.open(id).manifest());
      } catch (RepositoryDamagedException | NewerFormatException e) {
        return Optional.empty();
      }
    }

    private void add(BackupId id, Optional<Removal> removal, Optional<Manifest> read) {
      standing += removal.isEmpty() ? 1 : 0;
      removal.ifPresent(r -> removed.put(id, r));
      read.ifPresent(packs::add);
      if (read.isEmpty()) {
        unreadable.add(id);
      } else if (removal.isEmpty()) {
        keep(read.get());
      }
    }

    private void keep(Manifest manifest) {
      shown.accept(manifest);
      kept.put(
          manifest.id(),
          manifest.kind().equals(PhysicalDetails.KIND)
              ? Optional.of(BackupPoint.of(manifest.id(), PhysicalDetails.of(manifest)))
              : Optional.empty());
      if (newestFinished.filter(at -> !at.isBefore(manifest.finished())).isEmpty()) {
        newest = Optional.of(manifest.id());
        newestFinished = Optional.of(manifest.finished());
      }
    }
  }

  /** None are known of a site on which a manifest cannot be read, though another one has it. */
  private static long[] leftovers(ClusterArchive cluster) {
    long[] left = new long[2];
    try {
      cluster.orphans(orphan -> {
        left[0]++;
        left[1] += orphan.object().size();
      });
      return left;
    } catch (RepositoryDamagedException | NewerFormatException e) {
      return new long[2];
    }
  }

  private static final class Wal {
    private final List<RecoverableWindow> windows = new ArrayList<>();
    private final List<UnrestorableBackup> unrestorable = new ArrayList<>();

    /** Of the server that was looked at last. */
    private List<WalGap> missingAfter = List.of();

    private long segments;
    private long bytes;
  }

  private static Wal wal(ClusterArchive cluster, List<BackupPoint> points) {
    Wal wal = new Wal();
    for (long server : servers(cluster, points)) {
      List<BackupPoint> own = points.stream().filter(p -> p.systemIdentifier() == server).toList();
      Optional<WalArchive> archive =
          own.isEmpty()
              ? WalArchive.find(cluster, server)
              : Optional.of(WalArchive.of(cluster, server, own.getLast().segmentSize()));
      archive.ifPresent(a -> add(a, own, wal));
    }
    return wal;
  }

  private static void add(WalArchive archive, List<BackupPoint> own, Wal wal) {
    WalInventory inventory = archive.inventory();
    WindowFinder finder = new WindowFinder(inventory, own, archive::lastCommitTime);
    List<RecoverableWindow> windows = finder.windows();
    wal.windows.addAll(windows);
    wal.missingAfter = windows.isEmpty() ? List.of() : finder.missingAfter(windows.getLast());
    wal.unrestorable.addAll(finder.unrestorable());
    wal.segments += inventory.segments();
    wal.bytes += inventory.storedBytes();
  }

  /** Those with backups by the time of their newest one, so that today's server comes last. */
  private static Set<Long> servers(ClusterArchive cluster, List<BackupPoint> points) {
    Set<Long> servers = new LinkedHashSet<>(WalArchive.systemIdentifiers(cluster));
    points.stream()
        .sorted(Comparator.comparing(BackupPoint::stopped))
        .forEach(p -> {
          servers.remove(p.systemIdentifier());
          servers.add(p.systemIdentifier());
        });
    return servers;
  }

  private static Map<String, LeaseHolder> leases(ClusterArchive cluster) {
    Map<String, LeaseHolder> live = new LinkedHashMap<>();
    Together.inTurn(
        LEASES,
        LEASES.size(),
        cluster::holder,
        (lease, holder) -> holder.ifPresent(someone -> live.put(lease, someone)));
    return live;
  }
}
