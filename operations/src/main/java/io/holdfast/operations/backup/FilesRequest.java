package io.holdfast.operations.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.WriteOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which files are backed up.
 *
 * @param directories absolute
 * @param exclude patterns (glob): with a '/' of whole paths, without one of any name on the way
 * @param database the backup of the database that was taken just before, in the same run
 * @param full read everything, whatever seems unchanged
 * @param bytesPerSecond 0 for no limit
 */
public record FilesRequest(
    List<Path> directories,
    List<String> exclude,
    Optional<BackupId> database,
    boolean full,
    long bytesPerSecond,
    WriteOptions write) {
  public FilesRequest {
    directories = List.copyOf(directories);
    exclude = List.copyOf(exclude);
  }
}
