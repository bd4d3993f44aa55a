package io.holdfast.repository.archive;

import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.RepairReport;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SealedObjects;
import io.holdfast.repository.SyncReport;
import io.holdfast.repository.SyncRequest;
import io.holdfast.repository.container.FramePool;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.DescriptionFormat;
import io.holdfast.repository.format.DescriptionFormat.Description;
import io.holdfast.repository.format.RepositoryLayout;
import io.holdfast.repository.lease.Leases;
import io.holdfast.repository.lease.Processes;
import io.holdfast.repository.objects.ObjectFolder;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.repository.sync.SiteRepair;
import io.holdfast.repository.sync.SiteSync;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ClusterName;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A repository whose format is known and whose keys are at hand. */
public final class OpenRepository implements Repository {
  /** Of objects, which are WAL: at level 1 it is as small as at 3, in six tenths of the time. */
  private static final int LEVEL = 1;

  private final Description description;
  private final Vault vault;
  private final InstantSource clock;
  private final Processes processes = Processes.ofThisHost();
  private final @Nullable KeySlots slots;

  OpenRepository(
      Description description,
      Storage storage,
      Keyring keys,
      @Nullable SlotFolder folder,
      InstantSource clock) {
    this.description = description;
    this.vault = new Vault(storage, keys, new FramePool(keys, LEVEL));
    this.clock = clock;
    this.slots =
        folder == null
            ? null
            : folder.slots(
                keys, new Leases(storage, RepositoryLayout.LEASES, clock, processes), clock);
  }

  /** Shares keys and frames with another one, which is closed for both. */
  private OpenRepository(Description description, Vault vault, InstantSource clock) {
    this.description = description;
    this.vault = vault;
    this.clock = clock;
    this.slots = null;
  }

  public static Repository create(
      Storage storage, KeySource first, String label, InstantSource clock) {
    return new Founding(storage, clock).create(first, label);
  }

  public static Repository open(Storage storage, KeySource keys, InstantSource clock) {
    return new Opening(storage, clock).open(keys);
  }

  public static boolean exists(Storage storage) {
    return storage.stat(DescriptionFormat.KEY).isPresent();
  }

  @Override
  public UUID id() {
    return description.repository();
  }

  @Override
  public String description() {
    return (encrypted() ? "encrypted repository at " : "unencrypted repository at ")
        + vault.storage().description();
  }

  @Override
  public boolean encrypted() {
    return description.encrypted();
  }

  @Override
  public Optional<KeySlots> keySlots() {
    return Optional.ofNullable(slots);
  }

  @Override
  public Set<String> keySlotIds() {
    return SlotFolder.ids(vault.storage());
  }

  @Override
  public List<String> clusters() {
    return vault.storage().folders(ClusterLayout.CLUSTERS);
  }

  @Override
  public ClusterArchive cluster(String name) {
    return new StoredCluster(vault, new ClusterName(name).text(), clock, processes);
  }

  @Override
  public SealedObjects objects(String area) {
    return new ObjectFolder(vault, RepositoryLayout.area(area));
  }

  @Override
  public Lease acquire(String name, LeaseOptions options) {
    return leases().acquire(name, options);
  }

  @Override
  public Optional<LeaseHolder> holder(String name) {
    return leases().holder(name);
  }

  @Override
  public Map<String, LeaseHolder> holders() {
    return leases().holders();
  }

  private Leases leases() {
    return new Leases(vault.storage(), RepositoryLayout.LEASES, clock, processes);
  }

  @Override
  public Repository on(Storage site) {
    return new OpenRepository(
        description, vault.on(new Opening(site, clock).sameAs(description)), clock);
  }

  @Override
  public RepairReport repair(
      String cluster, Storage site, List<Site> others, SyncRequest.Watcher watcher)
      throws InterruptedException {
    ClusterLayout layout = new ClusterLayout(new ClusterName(cluster).text());
    return new SiteRepair(
            vault.on(site),
            vault,
            others,
            layout,
            new Leases(site, layout.leases(), clock, processes),
            watcher)
        .run();
  }

  @Override
  public SyncReport syncTo(Storage destination, SyncRequest request) throws InterruptedException {
    Vault there = vault.on(destination);
    return new SiteSync(
            vault,
            there,
            request,
            name -> new Leases(destination, new ClusterLayout(name).leases(), clock, processes),
            name -> new StoredCluster(vault, name, clock, processes),
            name -> new StoredCluster(there, name, clock, processes))
        .run(clusters());
  }

  @Override
  public void close() {
    vault.frames().close();
    vault.keys().close();
  }
}
