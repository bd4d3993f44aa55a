package io.holdfast.operations.retention;

import io.holdfast.operations.backup.PackTable.Freed;
import java.time.Instant;
import java.util.List;

/**
 * What a prune would do.
 *
 * @param kept newest first
 * @param removed newest first: they go into the grace period
 * @param removedFrees what goes with all of them and of {@code waiting}, once they are purged
 * @param waiting removed before, and their grace period has not ended
 * @param purged whose grace period has ended, or who have none: they are deleted for good, oldest
 *     first
 * @param walObjects of the WAL archive that no backup needs once those are deleted
 * @param notes for people: what is not done, and why
 */
public record PrunePlan(
    String cluster,
    Policy policy,
    Instant now,
    List<Kept> kept,
    List<Removed> removed,
    Freed removedFrees,
    List<Waiting> waiting,
    List<Contender> purged,
    Freed purgedFrees,
    long walObjects,
    long walBytes,
    List<String> notes) {
  public PrunePlan {
    kept = List.copyOf(kept);
    removed = List.copyOf(removed);
    waiting = List.copyOf(waiting);
    purged = List.copyOf(purged);
    notes = List.copyOf(notes);
  }

  /**
   * @param bytesStored what was written for it
   */
  public record Kept(Verdict verdict, long bytesStored) {}

  /**
   * @param frees bytes in packs that no other backup names
   */
  public record Removed(Verdict verdict, long frees) {}
}
