package io.holdfast.operations.dumping;

import io.holdfast.operations.backup.Compaction;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.BackupWriter;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackRef;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The backups that a new one builds on: for each database the newest that has it. One whose packs
 * are not all there is passed over, for what is taken over from it would be missing again.
 */
final class Parents {
  /** Older logical backups than these are not looked at. */
  private static final int CANDIDATES = 10;

  private final Map<String, Earlier> byDatabase;

  /** From these nothing is taken over. */
  private final Set<PackRef> evicted = new HashSet<>();

  /**
   * @param number of the database there
   */
  private record Earlier(BackupReader backup, int number) {}

  private Parents(Map<String, Earlier> byDatabase) {
    this.byDatabase = byDatabase;
    backups().forEach(backup -> evicted.addAll(Compaction.of(backup.manifest().packs()).evicted()));
  }

  static Parents find(ClusterArchive cluster, Collection<String> databases, Progress progress) {
    Map<String, Earlier> found = new HashMap<>();
    Set<String> wanted = new HashSet<>(databases);
    int looked = 0;
    for (BackupId id : cluster.backupIds().reversed()) {
      if (wanted.isEmpty() || looked == CANDIDATES) {
        break;
      }
      try {
        BackupReader backup = cluster.open(id);
        if (!backup.manifest().kind().equals(LogicalFiles.KIND)) {
          continue;
        }
        looked++;
        requireWhole(cluster, backup.manifest());
        for (DumpedDatabase there : LogicalDetails.of(backup.manifest()).databases()) {
          if (wanted.remove(there.name())) {
            found.put(there.name(), new Earlier(backup, there.number()));
          }
        }
      } catch (HoldfastException e) {
        if (e.status() == ExitStatus.INTERRUPTED) {
          throw e;
        }
        progress.warn("backup " + id + " is not built on: " + e.getMessage());
      }
    }
    return new Parents(found);
  }

  private static void requireWhole(ClusterArchive cluster, Manifest manifest) {
    cluster
        .lackOf(manifest)
        .ifPresent(lack -> {
          throw new HoldfastException(ExitStatus.REPOSITORY_FAILED, lack);
        });
    cluster
        .requiredSiteWithout(manifest)
        .ifPresent(site -> {
          throw new HoldfastException(
              ExitStatus.REPOSITORY_FAILED,
              "it is not, or not whole, on site " + site + " (required)");
        });
  }

  /** The newest of them. */
  Optional<BackupId> newest() {
    return backups().stream().map(backup -> backup.manifest().id()).reduce((a, b) -> b);
  }

  private List<BackupReader> backups() {
    Map<String, BackupReader> distinct = new LinkedHashMap<>();
    byDatabase.values().stream()
        .map(Earlier::backup)
        .sorted(java.util.Comparator.comparing(backup -> backup.manifest().id().text()))
        .forEach(backup -> distinct.put(backup.manifest().id().text(), backup));
    return List.copyOf(distinct.values());
  }

  void inheritInto(BackupWriter writer) {
    backups().forEach(backup -> writer.inheriting(backup.manifest(), evicted));
  }

  /** The archive of a database, for one thread. */
  OpenEarlier open(String database, Progress progress) {
    Earlier earlier = byDatabase.get(database);
    return earlier == null
        ? OpenEarlier.none()
        : OpenEarlier.of(earlier.backup(), earlier.number(), evicted, progress);
  }
}
