package io.holdfast.operations.retention;

import io.holdfast.operations.backup.PackTable.Freed;
import io.holdfast.repository.BackupId;
import java.util.List;

/**
 * What a prune did.
 *
 * @param plan that was carried out
 * @param purged backups that were deleted for good
 * @param postponed why something of the plan was not done; the next prune does it
 */
public record PruneOutcome(
    PrunePlan plan,
    List<BackupId> purged,
    Freed freed,
    long walObjects,
    long walBytes,
    long leftovers,
    long leftoverBytes,
    List<String> postponed) {
  public PruneOutcome {
    purged = List.copyOf(purged);
    postponed = List.copyOf(postponed);
  }
}
