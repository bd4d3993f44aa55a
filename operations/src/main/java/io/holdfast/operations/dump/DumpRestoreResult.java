package io.holdfast.operations.dump;

import java.time.Duration;
import java.util.List;

/**
 * What a restore came to.
 *
 * @param created roles and tablespaces that were made
 * @param kept those of the backup that were there already
 * @param compared how many tables were counted and compared
 * @param differences from what the dump held; empty if it is the same
 */
public record DumpRestoreResult(
    String backup,
    String database,
    String into,
    long tables,
    long rows,
    long bytes,
    List<String> created,
    List<String> kept,
    long compared,
    List<String> differences,
    Duration took) {
  public DumpRestoreResult {
    created = List.copyOf(created);
    kept = List.copyOf(kept);
    differences = List.copyOf(differences);
  }

  public boolean same() {
    return differences.isEmpty();
  }
}
