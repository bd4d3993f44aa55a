package io.holdfast.operations.physical;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import java.util.Optional;

/** The newest physical backup of a cluster that can be read. */
public final class NewestBackup {
  private NewestBackup() {}

  /**
   * A damaged manifest, or one of a newer Holdfast, is passed over: whoever asks which server the
   * cluster is wants to go on backing it up, and a backup that cannot be read is the best reason
   * for another one.
   */
  public static Optional<PhysicalDetails> of(ClusterArchive cluster) {
    for (BackupId id : cluster.backupIds().reversed()) {
      try {
        Manifest manifest = cluster.open(id).manifest();
        if (manifest.kind().equals(PhysicalDetails.KIND)) {
          return Optional.of(PhysicalDetails.of(manifest));
        }
      } catch (RepositoryDamagedException | NewerFormatException e) {
        // verify, status and the list of backups name it
      }
    }
    return Optional.empty();
  }
}
