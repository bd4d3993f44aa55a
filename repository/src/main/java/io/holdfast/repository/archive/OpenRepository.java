package io.holdfast.repository.archive;

import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.container.FramePool;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.DescriptionFormat;
import io.holdfast.repository.format.DescriptionFormat.Description;
import io.holdfast.repository.lease.Leases;
import io.holdfast.repository.lease.Processes;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ClusterName;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
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
            : folder.slots(keys, new Leases(storage, "leases", clock, processes), clock);
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
  public List<String> clusters() {
    TreeSet<String> names = new TreeSet<>();
    vault
        .storage()
        .list(
            ClusterLayout.CLUSTERS,
            stat -> {
              String below = stat.key().text().substring(ClusterLayout.CLUSTERS.length() + 1);
              names.add(below.substring(0, Math.max(0, below.indexOf('/'))));
            });
    names.remove("");
    return List.copyOf(names);
  }

  @Override
  public ClusterArchive cluster(String name) {
    return new StoredCluster(vault, new ClusterName(name).text(), clock, processes);
  }

  @Override
  public void close() {
    vault.frames().close();
    vault.keys().close();
  }
}
