package io.holdfast.operations.sync;

import io.holdfast.operations.retention.Arrivals;
import io.holdfast.operations.retention.Keeping;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/** What a site should have and does not have: a manifest that is gone says nothing itself. */
public final class Absent {
  private Absent() {}

  /**
   * Backups that another site has and this one lacks, though its own rules would keep them; all of
   * them where that cannot be known.
   *
   * @param anywhere the cluster as all sites together have it
   * @param there as the site has it
   */
  public static Set<BackupId> from(
      ClusterArchive anywhere, ClusterArchive there, Keeping keeping, Instant now) {
    Set<BackupId> absent = new TreeSet<>(anywhere.backupIds());
    absent.removeAll(Set.copyOf(there.backupIds()));
    if (!absent.isEmpty()) {
      keeping
          .at(there)
          .map(policy -> Arrivals.of(anywhere, there, policy, now, unknown -> {}))
          .ifPresent(choice -> absent.removeIf(id -> !choice.wants(id)));
    }
    return absent;
  }
}
