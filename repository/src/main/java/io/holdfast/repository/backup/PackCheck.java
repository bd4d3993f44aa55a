package io.holdfast.repository.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that packs are there with their sizes: one listing per backup that wrote some. */
public final class PackCheck {
  private final Storage storage;
  private final ClusterLayout layout;
  private final Map<ObjectKey, Long> sizes = new HashMap<>();
  private final Set<BackupId> listed = new HashSet<>();

  private PackCheck(Storage storage, ClusterLayout layout) {
    this.storage = storage;
    this.layout = layout;
  }

  /**
   * @throws RepositoryDamagedException naming a pack that is missing or has another size
   */
  public static void requireThere(Storage storage, ClusterLayout layout, List<PackUse> packs) {
    PackCheck check = new PackCheck(storage, layout);
    packs.forEach(check::requireThere);
  }

  private void requireThere(PackUse use) {
    BackupId backup = use.pack().backup();
    if (listed.add(backup)) {
      storage.list(layout.packs(backup), stat -> sizes.put(stat.key(), stat.size()));
    }
    ObjectKey key = layout.pack(use.pack());
    Long size = sizes.get(key);
    if (size == null) {
      throw RepositoryDamagedException.missing(key, null);
    }
    if (size != use.size()) {
      throw RepositoryDamagedException.of(key, use.size() + " bytes", size);
    }
  }
}
