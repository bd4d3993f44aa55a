package io.holdfast.operations.dump;

import io.holdfast.postgres.ConnectionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How one table is to be brought back.
 *
 * @param database that the table is restored into, beside the one that is there
 * @param table as a person writes it
 * @param schema where the copy goes; a new one of the table's name and {@code _restored} if left
 *     out
 * @param owners give it its owner, else it belongs to whoever restores
 * @param privileges grant what was granted
 */
public record TableRestoreRequest(
    ConnectionSettings database,
    String table,
    Optional<String> schema,
    boolean owners,
    boolean privileges,
    List<Path> programs) {
  public TableRestoreRequest {
    programs = List.copyOf(programs);
  }
}
