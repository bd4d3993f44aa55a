package io.holdfast.operations.dump;

import java.time.Duration;
import java.util.List;

/**
 * What a restore came to.
 *
 * @param created roles and tablespaces that were made
 * @param kept those of the backup that were there already
 * @param compared how many tables were counted and compared
 * @param checksums of them, whose content was compared too
 * @param differences from what the dump held; empty if it is the same
 * @param notes what may differ without a fault
 * @param definitions sorts of what was compared by its definition: {@code columns}, {@code grants}
 * @param notCompared what was not, and why; for people
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
    long checksums,
    List<String> differences,
    List<String> notes,
    List<String> definitions,
    List<String> notCompared,
    Duration took) {
  public DumpRestoreResult {
    created = List.copyOf(created);
    kept = List.copyOf(kept);
    differences = List.copyOf(differences);
    notes = List.copyOf(notes);
    definitions = List.copyOf(definitions);
    notCompared = List.copyOf(notCompared);
  }

  public boolean same() {
    return differences.isEmpty();
  }
}
