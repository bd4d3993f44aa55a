package io.holdfast.operations.dumping;

import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.postgres.DumpSource.Facts;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.NewerFormatException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.OptionalLong;

/** Which server a cluster's backups are of, whatever their kind. */
final class KnownSystem {
  private KnownSystem() {}

  /**
   * @throws HoldfastException (refused) if the newest backup that tells is of another server
   */
  static void refuseStranger(ClusterArchive cluster, Facts facts, boolean newSystem) {
    OptionalLong known = of(cluster);
    if (newSystem || known.isEmpty() || facts.systemIdentifier().isEmpty()) {
      return;
    }
    if (known.getAsLong() != facts.systemIdentifier().getAsLong()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not back up into cluster "
              + cluster.name()
              + ": expected system identifier "
              + Long.toUnsignedString(known.getAsLong())
              + " as in what is there already, found "
              + Long.toUnsignedString(facts.systemIdentifier().getAsLong()),
          "Another server deserves another cluster name. If this server replaces the old one (after"
              + " pg_upgrade or a new initdb), say so with --new-system.");
    }
  }

  private static OptionalLong of(ClusterArchive cluster) {
    for (BackupId id : cluster.backupIds().reversed()) {
      try {
        OptionalLong told = of(cluster.open(id).manifest());
        if (told.isPresent()) {
          return told;
        }
      } catch (RepositoryDamagedException | NewerFormatException e) {
        // verify, status and the list of backups name it
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong of(Manifest manifest) {
    return switch (manifest.kind()) {
      case LogicalFiles.KIND -> LogicalDetails.of(manifest).server().systemIdentifier();
      case PhysicalDetails.KIND ->
          OptionalLong.of(PhysicalDetails.of(manifest).server().systemIdentifier());
      default -> OptionalLong.empty();
    };
  }
}
