package io.holdfast.operations.restore;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ClusterArchive;
import java.util.Optional;

/** The backup that a restore reads: its manifest, which never changes, is fetched once. */
final class OpenBackup {
  private final ClusterArchive archive;
  private Optional<BackupReader> kept = Optional.empty();

  OpenBackup(ClusterArchive archive) {
    this.archive = archive;
  }

  /** Keeps this one, for {@link #of}. */
  synchronized void keep(BackupReader backup) {
    kept = Optional.of(backup);
  }

  synchronized BackupReader of(BackupId id) {
    Optional<BackupReader> same = kept.filter(each -> each.manifest().id().equals(id));
    if (same.isPresent()) {
      return same.get();
    }
    keep(archive.open(id));
    return of(id);
  }
}
