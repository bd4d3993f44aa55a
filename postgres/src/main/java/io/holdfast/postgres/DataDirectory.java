package io.holdfast.postgres;

import io.holdfast.postgres.directory.LocalDataDirectory;
import java.nio.file.Path;
import java.util.Optional;

/** The data directory of a cluster on this machine, running or not. Reads only. */
public interface DataDirectory extends ClusterFiles {
  /**
   * @throws PostgresException if there is none (PG_VERSION missing), or its version is not known
   */
  static DataDirectory open(Path path) {
    return LocalDataDirectory.open(path);
  }

  Path path();

  @Override
  default Optional<Path> directory() {
    return Optional.of(path());
  }

  /** Whether a live postmaster has it open (postmaster.pid names a running process). */
  Optional<Long> postmaster();
}
