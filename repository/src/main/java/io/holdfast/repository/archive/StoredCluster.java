package io.holdfast.repository.archive;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.PackScan;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObjects;
import io.holdfast.repository.WriteOptions;
import io.holdfast.repository.backup.BackupUnderWay;
import io.holdfast.repository.backup.FurtherSites;
import io.holdfast.repository.backup.ManifestStore;
import io.holdfast.repository.backup.PackCheck;
import io.holdfast.repository.backup.PackScanner;
import io.holdfast.repository.backup.StoredBackup;
import io.holdfast.repository.container.TextContainer;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.repository.lease.Leases;
import io.holdfast.repository.lease.Processes;
import io.holdfast.repository.objects.ObjectFolder;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** What the repository keeps of one cluster. */
final class StoredCluster implements ClusterArchive {
  private static final int DOCUMENT_ATTEMPTS = 10;
  private static final int MAX_DOCUMENT = 3 << 20;

  private final Vault vault;
  private final ClusterLayout layout;
  private final ManifestStore manifests;
  private final Leases leases;
  private final Leftovers leftovers;
  private final InstantSource clock;
  private final Processes processes;

  StoredCluster(Vault vault, String name, InstantSource clock, Processes processes) {
    this.vault = vault;
    this.clock = clock;
    this.processes = processes;
    this.layout = new ClusterLayout(name);
    this.manifests = new ManifestStore(vault, layout);
    this.leases = leases(vault.storage());
    // What is not needed on one site may be on another, which has its own backups.
    Vault own = vault.onPrimary();
    this.leftovers =
        new Leftovers(own.storage(), layout, new ManifestStore(own, layout), leases(own.storage()));
  }

  private Leases leases(Storage on) {
    return new Leases(on, layout.leases(), clock, processes);
  }

  @Override
  public String name() {
    return layout.cluster();
  }

  @Override
  public UUID repositoryId() {
    return vault.keys().repository();
  }

  @Override
  public BackupWriter begin(BackupId id, WriteOptions options) {
    if (manifests.exists(id)) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not begin backup " + id + ": expected a new id, found that this backup exists",
          "Run it again; the clock of this host may have been set back.");
    }
    Lease presence =
        leases.acquire(ClusterLayout.writerLease(id), LeaseOptions.of("writing backup " + id));
    FurtherSites further =
        new FurtherSites(
            vault,
            layout,
            id,
            site -> new StoredCluster(vault.on(site), name(), clock, processes),
            this::leases);
    try {
      further.begin();
      return new BackupUnderWay(vault, layout, id, options, presence, further);
    } catch (RuntimeException e) {
      further.close();
      presence.close();
      throw e;
    }
  }

  @Override
  public List<BackupId> backupIds() {
    return manifests.ids();
  }

  @Override
  public BackupReader open(BackupId id) {
    Manifest manifest =
        manifests
            .read(id)
            .orElseThrow(() ->
                new HoldfastException(
                    ExitStatus.USAGE,
                    "could not open backup "
                        + id
                        + " of "
                        + name()
                        + ": expected it to exist, found no such backup",
                    "`holdfast backups list` shows those that exist."));
    return new StoredBackup(vault, layout, manifest);
  }

  @Override
  public void delete(BackupId id) {
    leftovers.deleteBackup(id);
  }

  @Override
  public void deleteDamaged(BackupId id) {
    leftovers.deleteDamaged(id);
  }

  @Override
  public OptionalLong packSize(PackRef pack) {
    return vault.storage().stat(layout.pack(pack)).stream().mapToLong(ObjectStat::size).findFirst();
  }

  @Override
  public Optional<String> lackOf(Manifest backup) {
    return PackCheck.firstLack(vault.storage(), layout, backup.packs())
        .map(lack ->
            "pack "
                + lack.use().pack()
                + (lack.found().isEmpty() ? " is missing" : " has another size"));
  }

  @Override
  public Optional<String> requiredSiteWithout(Manifest backup) {
    List<String> lacking = new ArrayList<>();
    vault
        .storage()
        .copies()
        .onFurther(
            "look for backup " + backup.id(),
            site -> {
              if (site.required() && !isWhole(site.storage(), backup)) {
                lacking.add(site.name());
              }
            });
    return lacking.stream().findFirst();
  }

  private boolean isWhole(Storage site, Manifest backup) {
    try {
      PackCheck.requireThere(site, layout, backup.packs());
      return true;
    } catch (RepositoryDamagedException e) {
      return false;
    }
  }

  @Override
  public void packs(PackVisitor visitor) {
    vault
        .storage()
        .list(
            layout.packs(),
            stat ->
                layout
                    .packOf(stat.key())
                    .ifPresent(pack -> visitor.visit(pack.backup(), pack.number(), stat.size())));
  }

  @Override
  public PackScan scan(PackRef pack) {
    return PackScanner.scan(vault, layout.pack(pack), pack);
  }

  @Override
  public void checkEnd(PackRef pack) {
    PackScanner.checkEnd(vault, layout.pack(pack), pack);
  }

  @Override
  public List<Orphan> orphans() {
    List<Orphan> found = new ArrayList<>();
    orphans(found::add);
    return found;
  }

  @Override
  public void orphans(Consumer<Orphan> consumer) {
    leftovers.find(consumer);
  }

  @Override
  public void remove(Orphan orphan) {
    leftovers.remove(orphan);
  }

  @Override
  public SealedObjects objects(String area) {
    return new ObjectFolder(vault, layout.area(area));
  }

  @Override
  public Lease acquire(String name, LeaseOptions options) {
    return leases.acquire(name, options);
  }

  @Override
  public Optional<LeaseHolder> holder(String name) {
    return leases.holder(name);
  }

  @Override
  public boolean isBeingWritten() {
    return leftovers.anyWriter();
  }

  /** Each of the two takes its own lease and then looks for the other's, so one of them sees. */
  @Override
  public Lease removing(String purpose) {
    Lease removal = leases.acquire(ClusterLayout.REMOVAL, LeaseOptions.of(purpose));
    try {
      leases.requireFree(ClusterLayout.SYNC);
      return removal;
    } catch (RuntimeException e) {
      removal.close();
      throw e;
    }
  }

  @Override
  public Optional<byte[]> document(String name) {
    ObjectKey key = layout.document(name);
    try {
      byte[] container = vault.storage().read(key).content();
      return Optional.of(TextContainer.decode(vault, key, Kind.DOCUMENT, container));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
  }

  @Override
  public void putDocument(String name, byte[] content) {
    if (content.length > MAX_DOCUMENT) {
      throw new IllegalArgumentException(
          "document " + name + " of " + content.length + " bytes is too large");
    }
    ObjectKey key = layout.document(name);
    byte[] container =
        TextContainer.encode(
            vault, key, Kind.DOCUMENT, List.of(new TextContainer.Text(Purpose.TEXT, content)));
    put(key, container);
  }

  @Override
  public Optional<byte[]> runbook() {
    try {
      return Optional.of(vault.storage().read(layout.runbook()).content());
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean putRunbook(byte[] page) {
    if (page.length > MAX_DOCUMENT) {
      throw new IllegalArgumentException("a runbook of " + page.length + " bytes is too large");
    }
    if (runbook().filter(there -> Arrays.equals(there, page)).isPresent()) {
      return false;
    }
    put(layout.runbook(), page);
    return true;
  }

  private void put(ObjectKey key, byte[] content) {
    for (int attempt = 0; attempt < DOCUMENT_ATTEMPTS; attempt++) {
      if (replaceOrCreate(key, content)) {
        return;
      }
    }
    throw new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not replace "
            + key
            + ": others changed it "
            + DOCUMENT_ATTEMPTS
            + " times meanwhile",
        "Try again.");
  }

  private boolean replaceOrCreate(ObjectKey key, byte[] container) {
    try {
      String version = vault.storage().read(key).version();
      return vault.storage().replace(key, version, container);
    } catch (ObjectMissingException missing) {
      try {
        vault.storage().create(key, container);
        return true;
      } catch (ObjectExistsException raced) {
        return false;
      }
    }
  }
}
