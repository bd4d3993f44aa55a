package io.holdfast.repository.backup;

import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.DescriptionFormat;
import io.holdfast.repository.format.KeySlotFormat;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import java.util.ArrayList;
import java.util.List;

/**
 * Before a backup is announced on a site: what it needs and did not write itself is kept from being
 * deleted as long as the backup is. Packs that it inherits may be much older than it; so are the
 * description and the keys of the repository, and what is known of the cluster.
 */
final class Protection {
  private Protection() {}

  static void of(Storage storage, ClusterLayout layout, List<PackUse> packs) {
    storage.protect(() -> needed(storage, layout, packs));
  }

  private static List<ObjectKey> needed(
      Storage storage, ClusterLayout layout, List<PackUse> packs) {
    List<ObjectKey> keys = new ArrayList<>();
    keys.add(DescriptionFormat.KEY);
    storage.list(KeySlotFormat.FOLDER, found -> keys.add(found.key()));
    storage.list(layout.documents(), found -> keys.add(found.key()));
    packs.forEach(use -> keys.add(layout.pack(use.pack())));
    return keys;
  }
}
