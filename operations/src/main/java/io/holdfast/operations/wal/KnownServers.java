package io.holdfast.operations.wal;

import io.holdfast.operations.physical.NewestBackup;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;

/** Keeps one cluster's archive to one server, unless its owner said that another replaces it. */
final class KnownServers {
  private KnownServers() {}

  /**
   * @throws HoldfastException (refused) if the archive knows servers, but not this one
   */
  static void refuseStranger(ClusterArchive cluster, long systemIdentifier) {
    if (WalArchive.find(cluster, systemIdentifier).isPresent()
        || newestBackupIsOf(cluster, systemIdentifier)) {
      return;
    }
    List<Long> known = WalArchive.systemIdentifiers(cluster);
    if (!known.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not archive WAL for cluster "
              + cluster.name()
              + ": expected a server with system identifier "
              + Long.toUnsignedString(known.getLast())
              + ", found "
              + Long.toUnsignedString(systemIdentifier),
          "This is another server. Give it a cluster name of its own; or, if it replaces the old"
              + " one after pg_upgrade or initdb, take a backup with --new-system first.");
    }
  }

  private static boolean newestBackupIsOf(ClusterArchive cluster, long systemIdentifier) {
    return NewestBackup.of(cluster)
        .filter(newest -> newest.server().systemIdentifier() == systemIdentifier)
        .isPresent();
  }
}
