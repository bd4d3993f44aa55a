package io.holdfast.operations.status;

import io.holdfast.repository.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one of several sites holds, and what it lacks of what another one has.
 *
 * @param trouble why it cannot be looked at; then nothing else is known
 * @param missingKeys key slots that others have
 * @param surplusKeys key slots that the first site does not have: removed there, they still open
 *     this one
 */
public record SiteStatus(
    String site,
    String place,
    boolean required,
    Optional<String> trouble,
    List<OfCluster> clusters,
    Set<String> missingKeys,
    Set<String> surplusKeys) {
  public SiteStatus {
    clusters = List.copyOf(clusters);
    missingKeys = Set.copyOf(missingKeys);
    surplusKeys = Set.copyOf(surplusKeys);
  }

  /**
   * @param backups that were not removed
   * @param removed those that were, and wait for being deleted
   * @param standing ids of those
   * @param missingBackups that another site has
   * @param walUpTo the last transaction that can be replayed from this site alone
   * @param missingWal files that another site has
   * @param keeps the site's rules for it, in words; empty if nothing is ever removed
   * @param behind how much earlier the WAL ends here than on the site that has most
   */
  public record OfCluster(
      String cluster,
      int backups,
      int removed,
      Optional<BackupId> newest,
      Set<BackupId> standing,
      List<BackupId> missingBackups,
      Optional<Instant> walUpTo,
      long missingWal,
      Optional<Duration> behind,
      Optional<String> keeps) {
    public OfCluster {
      standing = Set.copyOf(standing);
      missingBackups = List.copyOf(missingBackups);
    }

    public boolean complete() {
      return missingBackups.isEmpty() && missingWal == 0;
    }
  }

  /** Whether it holds all that any other site holds, and opens with the same keys. */
  public boolean complete() {
    return trouble.isEmpty()
        && clusters.stream().allMatch(OfCluster::complete)
        && missingKeys.isEmpty()
        && surplusKeys.isEmpty();
  }
}
