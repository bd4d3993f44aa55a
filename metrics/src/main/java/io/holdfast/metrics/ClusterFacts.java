package io.holdfast.metrics;

import io.holdfast.operations.status.ClusterStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one look saw of a cluster. Immutable, and small: a few numbers for each kind of backup, site
 * and plan.
 *
 * @param keyTried when the repository was opened with the key at hand; empty if it needs none
 * @param last of each kind of backup, the newest that stands
 * @param standing how many backups of each kind stand
 * @param lastPrune when it was last pruned
 */
public record ClusterFacts(
    ClusterStatus status,
    Optional<Instant> keyTried,
    Map<String, LastBackup> last,
    Map<String, Long> standing,
    WalReach wal,
    Proven proven,
    List<SiteFacts> sites,
    Optional<Instant> lastPrune) {
  public ClusterFacts {
    last = Map.copyOf(last);
    standing = Map.copyOf(standing);
    sites = List.copyOf(sites);
  }
}
