package io.holdfast.operations.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which backups name which packs. Memory grows with the packs there are, not with how often they
 * are named. Not thread-safe.
 */
public final class PackTable {
  private final List<BackupId> backups = new ArrayList<>();
  private final Map<BackupId, Map<Integer, Pack>> packs = new HashMap<>();

  private static final class Pack {
    private final BitSet namedBy = new BitSet();
    private long size;
    private boolean whole;
  }

  /**
   * @param freed stored bytes
   */
  public record Freed(int packs, long bytes) {}

  public void add(Manifest manifest) {
    int index = backups.size();
    backups.add(manifest.id());
    for (Manifest.PackUse use : manifest.packs()) {
      Pack pack =
          packs
              .computeIfAbsent(use.pack().backup(), owner -> new HashMap<>())
              .computeIfAbsent(use.pack().number(), number -> new Pack());
      pack.namedBy.set(index);
      pack.size = use.size();
    }
  }

  /** Looks which of them lie there, as long as they were; reads names only. */
  public void lookFor(ClusterArchive cluster) {
    cluster.packs((backup, number, size) -> {
      Pack pack = packs.getOrDefault(backup, Map.of()).get(number);
      if (pack != null && pack.size == size) {
        pack.whole = true;
      }
    });
  }

  /** How many packs that a backup names were not found by {@link #lookFor}. */
  public int lost(BackupId backup) {
    int index = backups.indexOf(backup);
    return (int)
        packs.values().stream()
            .flatMap(numbers -> numbers.values().stream())
            .filter(pack -> pack.namedBy.get(index) && !pack.whole)
            .count();
  }

  /** What is named by no backup but these. */
  public Freed freedBy(Collection<BackupId> gone) {
    BitSet going = new BitSet();
    gone.forEach(id -> going.set(backups.indexOf(id)));
    int count = 0;
    long bytes = 0;
    for (Map<Integer, Pack> numbers : packs.values()) {
      for (Pack pack : numbers.values()) {
        BitSet others = (BitSet) pack.namedBy.clone();
        others.andNot(going);
        if (others.isEmpty()) {
          count++;
          bytes += pack.size;
        }
      }
    }
    return new Freed(count, bytes);
  }
}
