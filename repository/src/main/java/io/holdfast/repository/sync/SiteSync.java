package io.holdfast.repository.sync;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SyncReport;
import io.holdfast.repository.SyncReport.Announced;
import io.holdfast.repository.SyncRequest;
import io.holdfast.repository.backup.Announcement;
import io.holdfast.repository.backup.ManifestStore;
import io.holdfast.repository.container.TextContainer;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.repository.format.RepositoryLayout;
import io.holdfast.repository.format.RepositoryPlacement;
import io.holdfast.repository.lease.Leases;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Placement.Place;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings one site to hold what another one holds. Only adds: what the source has lost or deleted
 * stays at the destination, and what lies there under a name is never overwritten, but for
 * documents and pauses, where that is asked for.
 *
 * <p>First what stands alone (WAL, change summaries, notes …), then for each backup its packs, then
 * its manifest: whatever is killed in between, the destination announces only what is whole there.
 * What was copied is not copied again, so the next run goes on where this one ended. Each backup is
 * copied under its writer's lease at the destination, so nobody there takes its packs for
 * leftovers.
 */
public final class SiteSync {
  private static final int SHOWN = 100;

  private final Vault from;
  private final Vault to;
  private final SyncRequest request;
  private final Function<String, Leases> leasesThere;
  private final Function<String, ClusterArchive> clustersHere;
  private final Function<String, ClusterArchive> clustersThere;
  private final RepositoryPlacement placement = new RepositoryPlacement();
  private final ObjectCopy copying;

  private final AtomicLong objects = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final List<Announced> announced = new ArrayList<>();
  private final List<Announced> passedOver = new ArrayList<>();
  private final List<Announced> withheld = new ArrayList<>();
  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param leasesThere of a cluster at the destination
   * @param clustersHere as the source has them
   * @param clustersThere as the destination has them
   */
  public SiteSync(
      Vault from,
      Vault to,
      SyncRequest request,
      Function<String, Leases> leasesThere,
      Function<String, ClusterArchive> clustersHere,
      Function<String, ClusterArchive> clustersThere) {
    this.from = from;
    this.to = to;
    this.request = request;
    this.leasesThere = leasesThere;
    this.clustersHere = clustersHere;
    this.clustersThere = clustersThere;
    this.copying = new ObjectCopy(from, to);
  }

  public SyncReport run(List<String> clusters) throws InterruptedException {
    try (CopyCrew crew = new CopyCrew(request.jobs())) {
      for (String name : clusters) {
        new OfCluster(name, crew).run();
      }
      bringRecords(crew);
    }
    return new SyncReport(
        objects.get(), bytes.get(), announced, passedOver, withheld, faults, surplusKeys());
  }

  /**
   * What is told of beside the clusters: who did what, what ran when, and what is paused. A record
   * that is there already stays as it is.
   *
   * <p>Pauses follow the primary, as documents do: one that was lifted while a site was away must
   * not stop work when that site is all that is left. For the same reason a further site brings
   * them only to one that knows of no runs: it may not have heard that they were lifted.
   */
  private void bringRecords(CopyCrew crew) throws InterruptedException {
    bring(RepositoryLayout.AUDIT, keysThere(RepositoryLayout.AUDIT), crew);
    Set<ObjectKey> runs = keysThere(RepositoryLayout.RUNS);
    bring(RepositoryLayout.RUNS, runs, crew);
    if (request.documents()) {
      Set<ObjectKey> lifted =
          bring(RepositoryLayout.PAUSES, keysThere(RepositoryLayout.PAUSES), crew);
      lifted.forEach(to.storage()::delete);
    } else if (runs.isEmpty()) {
      bring(RepositoryLayout.PAUSES, keysThere(RepositoryLayout.PAUSES), crew);
    }
  }

  private Set<ObjectKey> keysThere(String area) {
    Set<ObjectKey> keys = new HashSet<>();
    to.storage().list(area, stat -> keys.add(stat.key()));
    return keys;
  }

  /**
   * @param there asked for before what is here, so that what comes meanwhile is in neither
   * @return those of them that are not here
   */
  private Set<ObjectKey> bring(String area, Set<ObjectKey> there, CopyCrew crew)
      throws InterruptedException {
    Set<ObjectKey> alone = new HashSet<>(there);
    List<ObjectStat> missing = new ArrayList<>();
    from.storage()
        .list(
            area,
            stat -> {
              if (!alone.remove(stat.key())) {
                missing.add(stat);
              }
            });
    if (!missing.isEmpty()) {
      long size = missing.stream().mapToLong(ObjectStat::size).sum();
      request.watcher().begin("the records of '" + area + "'", size);
      for (ObjectStat stat : missing) {
        crew.submit(() -> copy(stat.key(), Kind.OBJECT));
      }
      crew.settle();
    }
    return alone;
  }

  private void copy(ObjectKey key, Kind kind) throws InterruptedException {
    try {
      bytes.addAndGet(copying.copy(key, kind, request.watcher()));
      objects.incrementAndGet();
    } catch (ObjectMissingException | ObjectExistsException e) {
      // Deleted on the source meanwhile; or brought by somebody else. Whoever names it looks.
    } catch (RepositoryDamagedException e) {
      fault(
          "not copied, for it is damaged on "
              + from.storage().description()
              + ": "
              + e.getMessage());
    }
  }

  private List<String> surplusKeys() {
    TreeSet<String> surplus = new TreeSet<>();
    to.storage().list(KeySlotFormat.FOLDER, stat -> surplus.add(stat.key().name()));
    from.storage().list(KeySlotFormat.FOLDER, stat -> surplus.remove(stat.key().name()));
    return surplus.stream().map(name -> name.replace(".json", "")).toList();
  }

  /** The part of one cluster. */
  private final class OfCluster {
    private final ClusterLayout layout;
    private final CopyCrew crew;
    private final Leases leases;
    private final ClusterArchive there;
    private final ManifestStore manifests;
    private SyncRequest.Choice choice = SyncRequest.Choice.ALL;

    OfCluster(String name, CopyCrew crew) {
      this.layout = new ClusterLayout(name);
      this.crew = crew;
      this.leases = leasesThere.apply(name);
      this.there = clustersThere.apply(name);
      this.manifests = new ManifestStore(from, layout);
    }

    void run() throws InterruptedException {
      try (Lease lease =
          leases.acquire(ClusterLayout.SYNC, LeaseOptions.of("sync of " + layout.cluster()))) {
        leases.requireFree(ClusterLayout.REMOVAL);
        // Before their WAL is looked for, for whoever commits one has its WAL there already.
        List<BackupId> ids = manifests.ids();
        choice = request.choice().apply(clustersHere.apply(layout.cluster()), there);
        Map<ObjectKey, Long> known = sizesThere(layout.root());
        request.watcher().begin(layout.cluster(), missingBytes(known));
        copyWhatStandsAlone(known);
        crew.settle();
        for (BackupId id : ids) {
          lease.ensureHeld();
          consider(id);
        }
      }
    }

    private void consider(BackupId id) throws InterruptedException {
      boolean known = new ManifestStore(to, layout).exists(id);
      if (known || choice.wants(id)) {
        backup(id, known);
      } else {
        passedOver.add(new Announced(layout.cluster(), id));
      }
    }

    /** Memory grows with the names at the destination: some 100 bytes each. */
    private Map<ObjectKey, Long> sizesThere(String prefix) {
      Map<ObjectKey, Long> sizes = new HashMap<>();
      to.storage().list(prefix, stat -> sizes.put(stat.key(), stat.size()));
      return sizes;
    }

    private long missingBytes(Map<ObjectKey, Long> known) {
      long[] missing = new long[1];
      from.storage()
          .list(
              layout.root(),
              stat -> {
                if (placement.of(stat.key()) == Place.EVERYWHERE
                    && !known.containsKey(stat.key())
                    && (isPack(stat.key()) || isWanted(stat.key()))) {
                  missing[0] += stat.size();
                }
              });
      return missing[0];
    }

    private void copyWhatStandsAlone(Map<ObjectKey, Long> known) {
      from.storage()
          .list(
              layout.root(),
              stat -> {
                if (standsAlone(stat)) {
                  bring(stat, known.get(stat.key()));
                }
              });
    }

    /** Packs come with the backups that name them, so orphans are left where they are. */
    private boolean standsAlone(ObjectStat stat) {
      Place place = placement.of(stat.key());
      return place == Place.DOCUMENT || (place == Place.EVERYWHERE && !isPack(stat.key()));
    }

    private boolean isPack(ObjectKey key) {
      return key.text().startsWith(layout.packs() + "/");
    }

    private boolean isWanted(ObjectKey key) {
      String below = key.text().substring(layout.root().length() + 1);
      int area = below.indexOf('/');
      return area < 0 || choice.wants(below.substring(0, area), below.substring(area + 1));
    }

    private void bring(ObjectStat ours, @Nullable Long theirs) {
      ObjectKey key = ours.key();
      if (placement.of(key) == Place.DOCUMENT) {
        follow(key);
      } else if (theirs == null) {
        if (isWanted(key)) {
          submit(key, Kind.OBJECT);
        }
      } else if (theirs != ours.size()) {
        fault(
            key
                + " has "
                + ours.size()
                + " bytes on "
                + from.storage().description()
                + " and "
                + theirs
                + " on "
                + to.storage().description());
      }
    }

    private void follow(ObjectKey key) {
      try {
        byte[] content = from.storage().read(key).content();
        byte[] _ = TextContainer.decode(from, key, Kind.DOCUMENT, content);
        create(key, content);
        byte[] _ = TextContainer.decode(to, key, Kind.DOCUMENT, to.storage().read(key).content());
      } catch (ObjectMissingException e) {
        // Deleted meanwhile.
      } catch (RepositoryDamagedException e) {
        fault(e.getMessage() + " (document of " + from.storage().description() + ")");
      }
    }

    private void create(ObjectKey key, byte[] content) {
      try {
        to.storage().create(key, content);
      } catch (ObjectExistsException e) {
        replace(key, content);
      }
    }

    private void replace(ObjectKey key, byte[] content) {
      var theirs = to.storage().read(key);
      boolean done =
          !request.documents()
              || Arrays.equals(theirs.content(), content)
              || to.storage().replace(key, theirs.version(), content);
      if (!done) {
        fault(key + " was changed on " + to.storage().description() + " meanwhile");
      }
    }

    private void backup(BackupId id, boolean known) throws InterruptedException {
      try (Lease presence =
          leases.acquire(ClusterLayout.writerLease(id), LeaseOptions.of("copying backup " + id))) {
        manifests.read(id).ifPresent(this::packs);
        crew.settle();
        if (!known) {
          announce(id, presence);
        }
      } catch (RepositoryDamagedException e) {
        fault("backup " + id + " of " + layout.cluster() + ": " + e.getMessage());
        if (!known) {
          withheld.add(new Announced(layout.cluster(), id));
        }
      }
    }

    private void packs(Manifest manifest) {
      Map<ObjectKey, Long> sizes = new HashMap<>();
      manifest.packs().stream()
          .map(use -> layout.packs(use.pack().backup()))
          .distinct()
          .forEach(folder -> sizes.putAll(sizesThere(folder)));
      for (Manifest.PackUse use : manifest.packs()) {
        ObjectKey key = layout.pack(use.pack());
        Long size = sizes.get(key);
        if (size == null) {
          submit(key, Kind.PACK);
        } else if (size != use.size()) {
          fault(
              key
                  + " should have "
                  + use.size()
                  + " bytes, and has "
                  + size
                  + " on "
                  + to.storage().description());
        }
      }
    }

    private void submit(ObjectKey key, Kind kind) {
      try {
        crew.submit(() -> copy(key, kind));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new HoldfastException(
            ExitStatus.INTERRUPTED, "could not finish the sync: interrupted", null, e);
      }
    }

    private void announce(BackupId id, Lease presence) {
      new Announcement(to, layout, leases, presence)
          .copy(from, id, manifest -> request.whole().test(there, manifest))
          .ifPresent(made -> {
            (made ? announced : withheld).add(new Announced(layout.cluster(), id));
            objects.addAndGet(made ? 1 : 0);
          });
    }
  }

  private void fault(String line) {
    if (faults.size() < SHOWN) {
      faults.add(line);
    }
  }
}
