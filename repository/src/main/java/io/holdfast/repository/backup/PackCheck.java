package io.holdfast.repository.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.Together;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Checks that packs are there with their sizes: one listing per backup that wrote some. */
public final class PackCheck {
  private final Storage storage;
  private final ClusterLayout layout;
  private final Map<ObjectKey, Long> sizes = new HashMap<>();

  private PackCheck(Storage storage, ClusterLayout layout) {
    this.storage = storage;
    this.layout = layout;
  }

  /**
   * A pack that is not as it should be.
   *
   * @param found its size; empty if it is missing
   */
  public record Lack(PackUse use, OptionalLong found) {}

  /**
   * @throws RepositoryDamagedException naming a pack that is missing or has another size
   */
  public static void requireThere(Storage storage, ClusterLayout layout, List<PackUse> packs) {
    firstLack(storage, layout, packs)
        .ifPresent(lack -> {
          ObjectKey key = layout.pack(lack.use().pack());
          if (lack.found().isEmpty()) {
            throw RepositoryDamagedException.missing(key, null);
          }
          throw RepositoryDamagedException.of(
              key, lack.use().size() + " bytes", lack.found().getAsLong());
        });
  }

  /** The first pack that is missing or has another size, if there is one. */
  public static Optional<Lack> firstLack(
      Storage storage, ClusterLayout layout, List<PackUse> packs) {
    PackCheck check = new PackCheck(storage, layout);
    check.list(packs.stream().map(use -> use.pack().backup()).distinct().toList());
    return packs.stream().flatMap(use -> check.lack(use).stream()).findFirst();
  }

  private void list(List<BackupId> writers) {
    Together.ask(
            writers,
            writer -> {
              Map<ObjectKey, Long> found = new HashMap<>();
              storage.list(layout.packs(writer), stat -> found.put(stat.key(), stat.size()));
              return found;
            })
        .forEach(sizes::putAll);
  }

  private Optional<Lack> lack(PackUse use) {
    Long size = sizes.get(layout.pack(use.pack()));
    return size != null && size == use.size()
        ? Optional.empty()
        : Optional.of(new Lack(use, size == null ? OptionalLong.empty() : OptionalLong.of(size)));
  }
}
