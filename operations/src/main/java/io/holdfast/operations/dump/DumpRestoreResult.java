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
 * @param definitions whether definitions were compared: in a database that holds other things too,
 *     and between major versions, they are not
 * @param differences from what the dump held; empty if it is the same
 * @param notes what may differ without a fault
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
    boolean definitions,
    List<String> differences,
    List<String> notes,
    Duration took) {
  public DumpRestoreResult {
    created = List.copyOf(created);
    kept = List.copyOf(kept);
    differences = List.copyOf(differences);
    notes = List.copyOf(notes);
  }

  public boolean same() {
    return differences.isEmpty();
  }
}
