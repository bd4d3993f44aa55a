package io.holdfast.repository;

import java.util.List;

/**
 * What a sync came to.
 *
 * @param objects copied, each read back at the destination and authenticated there
 * @param announced backups that the destination has now and had not before
 * @param passedOver backups that it lacks and does not want
 * @param withheld backups that it cannot be given, for something that they need is missing
 * @param faults objects that could not be made the same on both sites; nothing was overwritten
 * @param surplusKeys key slots that the destination has and the source has not: removed keys that
 *     still open it, or keys that the source lost
 */
public record SyncReport(
    long objects,
    long bytes,
    List<Announced> announced,
    List<Announced> passedOver,
    List<Announced> withheld,
    List<String> faults,
    List<String> surplusKeys) {
  public SyncReport {
    announced = List.copyOf(announced);
    passedOver = List.copyOf(passedOver);
    withheld = List.copyOf(withheld);
    faults = List.copyOf(faults);
    surplusKeys = List.copyOf(surplusKeys);
  }

  /** A backup of a cluster. */
  public record Announced(String cluster, BackupId backup) {}

  /** Whether the destination holds everything that the source holds and it wants. */
  public boolean complete() {
    return withheld.isEmpty() && faults.isEmpty();
  }
}
