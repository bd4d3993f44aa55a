package io.holdfast.operations.dump;

import io.holdfast.postgres.ConnectionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How one table is to be brought back.
 *
 * @param database that the table is restored into, beside the one that is there
 * @param table as a person writes it
 * @param schema where the copy goes; a new one of the table's name and {@code _restored} if left
 *     out
 * @param owners give it its owner, else it belongs to whoever restores
 * @param privileges grant what was granted
 * @param uses what the copy is wanted for: looked for first whether that can be done
 */
public record TableRestoreRequest(
    ConnectionSettings database,
    String table,
    Optional<String> schema,
    boolean owners,
    boolean privileges,
    List<Path> programs,
    Set<TableUse> uses) {
  public TableRestoreRequest {
    programs = List.copyOf(programs);
    uses = Set.copyOf(uses);
  }
}
