package io.holdfast.operations.restore;

import io.holdfast.postgres.ConnectionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a restore needs to know of this machine and of the program's own installation.
 *
 * @param walCommand the words of the command that fetches one WAL file for this cluster; the file's
 *     name and the destination follow them: {@code holdfast-wal get --config … CLUSTER}. Quoted
 *     here, so as they are
 * @param keepAway directories into which nothing may be restored, nor above: the repository's
 * @param programs where PostgreSQL's programs may lie, asked first
 * @param connection how the cluster is reached; user and database are taken from it to ask a
 *     started copy how far it is
 */
public record RestoreHost(
    List<String> walCommand,
    List<Path> keepAway,
    List<Path> programs,
    Optional<ConnectionSettings> connection) {
  public RestoreHost {
    walCommand = List.copyOf(walCommand);
    keepAway = List.copyOf(keepAway);
    programs = List.copyOf(programs);
  }
}
