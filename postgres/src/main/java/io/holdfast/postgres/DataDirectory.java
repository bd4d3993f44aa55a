package io.holdfast.postgres;

import io.holdfast.postgres.directory.LocalDataDirectory;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.Consumer;

/** The data directory of a cluster on this machine, running or not. Reads only. */
public interface DataDirectory {
  /**
   * @throws PostgresException if there is none (PG_VERSION missing), or its version is not known
   */
  static DataDirectory open(Path path) {
    return LocalDataDirectory.open(path);
  }

  Path path();

  /**
   * Reads pg_control anew; reads again while its checksum is wrong, for it may be just being
   * written.
   */
  ControlFile control();

  /** The bytes of pg_control, whole and with a right checksum. */
  byte[] controlBytes();

  /**
   * What a backup copies, in walk order: directory by directory, names by their bytes, a directory
   * before its content, by the rules of PostgreSQL's own base backup: contents of the directories
   * that only a running server needs are left out and the directories kept; temporary and unlogged
   * relations are left out, init forks kept; tablespace links are entries and their content follows
   * below them; pg_wal is an empty directory with its sub-directories even if it is a link. {@code
   * global/pg_control} is not among them: it must be read last, by {@link #controlBytes}.
   *
   * <p>Memory grows with the largest directory, not with the tree. What vanishes meanwhile is
   * skipped.
   */
  void walk(Consumer<Entry> consumer);

  /** Whether a live postmaster has it open (postmaster.pid names a running process). */
  Optional<Long> postmaster();

  /**
   * One thing to copy.
   *
   * @param path relative and '/'-joined, bytes in ISO-8859-1
   * @param file to open; follows tablespace links
   * @param target of a link, else ""
   */
  record Entry(
      String path,
      Path file,
      Kind kind,
      int mode,
      String owner,
      String group,
      FileTime modified,
      long size,
      String target,
      Optional<RelationFile> relation) {
    /** Kinds of entry. */
    public enum Kind {
      FILE,
      DIRECTORY,
      LINK
    }
  }
}
