package io.holdfast.operations.status;

import io.holdfast.operations.backup.PackTable;
import io.holdfast.operations.notes.Notes;
import io.holdfast.operations.notes.Removal;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.wal.Receiver;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.operations.wal.WalInventory;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
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
import java.util.OptionalLong;
import java.util.Set;

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
    ClusterArchive cluster = repository.cluster(name);
    Map<BackupId, Standing> standings = new Notes(cluster).all(unread -> {});
    List<BackupId> unreadable = new ArrayList<>();
    List<BackupPoint> points = new ArrayList<>();
    List<UnrestorableBackup> holed = new ArrayList<>();
    Map<BackupId, Removal> removed = new LinkedHashMap<>();
    PackTable packs = new PackTable();
    Optional<Manifest> newest = Optional.empty();
    int backups = 0;
    for (BackupId id : cluster.backupIds()) {
      Optional<Removal> removal = standings.getOrDefault(id, Standing.PLAIN).removal();
      backups += removal.isEmpty() ? 1 : 0;
      removal.ifPresent(r -> removed.put(id, r));
      Optional<Manifest> read =
          removal.isPresent() ? read(cluster, id) : read(cluster, id, points, holed);
      read.ifPresent(packs::add);
      if (read.isEmpty()) {
        unreadable.add(id);
      } else if (removal.isEmpty()
          && newest.map(n -> n.finished().isBefore(read.get().finished())).orElse(true)) {
        newest = read;
      }
    }
    Wal wal = wal(cluster, points);
    wal.unrestorable.addAll(holed);
    long[] left = unreadable.isEmpty() ? leftovers(cluster) : new long[2];
    Instant now = clock.instant();
    return new ClusterStatus(
        name,
        repository.encrypted(),
        wal.windows,
        backups,
        unreadable,
        newest.map(Manifest::id),
        newest.map(m -> Duration.between(m.finished(), now)),
        wal.unrestorable,
        wal.segments,
        wal.bytes,
        leases(cluster),
        left[0],
        left[1],
        removed,
        unreadable.isEmpty() ? packs.freedBy(removed.keySet()).bytes() : 0);
  }

  private static Optional<Manifest> read(ClusterArchive cluster, BackupId id) {
    try {
      return Optional.of(cluster.open(id).manifest());
    } catch (RepositoryDamagedException | NewerFormatException e) {
      return Optional.empty();
    }
  }

  /** Empty for a backup that cannot be read: it must not hide what the others can do. */
  private static Optional<Manifest> read(
      ClusterArchive cluster,
      BackupId id,
      List<BackupPoint> physical,
      List<UnrestorableBackup> holed) {
    Optional<Manifest> read = read(cluster, id);
    read.ifPresent(manifest -> {
      int lost = lostPacks(cluster, manifest);
      if (lost > 0) {
        holed.add(new UnrestorableBackup(id, List.of(), lost));
      } else if (manifest.kind().equals(PhysicalDetails.KIND)) {
        physical.add(BackupPoint.of(id, PhysicalDetails.of(manifest)));
      }
    });
    return read;
  }

  /** Asks for names and lengths only; what is in them {@code verify} reads. */
  private static int lostPacks(ClusterArchive cluster, Manifest manifest) {
    int lost = 0;
    for (Manifest.PackUse use : manifest.packs()) {
      OptionalLong found = cluster.packSize(use.pack());
      lost += found.isPresent() && found.getAsLong() == use.size() ? 0 : 1;
    }
    return lost;
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
    wal.windows.addAll(finder.windows());
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
    for (String lease : LEASES) {
      cluster.holder(lease).ifPresent(holder -> live.put(lease, holder));
    }
    return live;
  }
}
