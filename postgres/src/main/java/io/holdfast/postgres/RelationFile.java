package io.holdfast.postgres;

import java.util.Optional;

/**
 * A file that holds pages of a relation, as its path says: {@code base/5/16384_fsm.1}.
 *
 * @param tablespace oid; 1663 is pg_default, 1664 pg_global
 * @param database oid; 0 for shared relations
 * @param segment number of the 1 GiB file within the fork
 */
public record RelationFile(int tablespace, int database, long relation, Fork fork, int segment) {
  /** The forks, with their file suffix. */
  public enum Fork {
    MAIN,
    FSM,
    VM,
    INIT
  }

  /** Reads a path relative to the data directory; empty for every other file. */
  public static Optional<RelationFile> parse(String path) {
    return io.holdfast.postgres.directory.RelationPath.parse(path);
  }
}
