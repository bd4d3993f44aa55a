package io.holdfast.postgres;

import io.holdfast.postgres.agentless.SqlFiles;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.function.Consumer;

/** The files of one cluster, wherever they lie and however they are reached. Reads only. */
public interface ClusterFiles {
  /**
   * The files of the server that {@code session} leads to, wherever it runs, read through sessions
   * of their own with functions that a role can be granted. Each reader is one more, each walk and
   * look at the control file another one for its time.
   *
   * <p>Such a walk follows links without seeing them, and knows no owners: it says {@code
   * postgres}, and the modes that the server gives its files. Times are whole seconds.
   *
   * @param readers how many at a time there are going to be
   * @throws PostgresException naming the grant if the role lacks one, or if the server has no room
   *     for so many sessions
   */
  static ClusterFiles of(ServerSession session, ConnectionSettings settings, int readers) {
    return SqlFiles.open(session, settings, readers);
  }

  /** Where they lie on this machine; empty if they are reached in another way. */
  Optional<Path> directory();

  /** How to name the place to people. */
  default String place() {
    return directory().map(Path::toString).orElse("the server's data directory");
  }

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
   * <p>Links other than tablespaces are followed: the entry is the file or directory they lead to.
   * Of a tablespace only the directory of this server's version is walked.
   *
   * <p>Memory grows with the largest directory, not with the tree. What vanishes meanwhile is
   * skipped.
   *
   * @param remarks called with a line for people on each link followed and each thing that is
   *     neither file, directory nor usable link and was skipped
   * @throws PostgresException if a directory cannot be read or a tablespace is not there: the walk
   *     is whole or fails
   */
  void walk(Consumer<Entry> consumer, Consumer<String> remarks);

  /** Walks without a word on what it met. */
  default void walk(Consumer<Entry> consumer) {
    walk(consumer, remark -> {});
  }

  /** Any number, each for one thread. */
  EntryReader openReader();

  /**
   * One thing to copy.
   *
   * @param path relative and '/'-joined, bytes in ISO-8859-1: see {@link RawPath}
   * @param location what an {@link EntryReader} opens, links followed: the path again, or the
   *     absolute path of a file outside the data directory; bytes in ISO-8859-1
   * @param kind LINK for tablespaces only
   * @param mode permission bits; of the directory it leads to for a link, as are owner and group
   * @param owner by name; by number if it has none
   * @param target absolute, of a link, bytes in ISO-8859-1; else ""
   */
  record Entry(
      String path,
      String location,
      Kind kind,
      int mode,
      String owner,
      String group,
      FileTime modified,
      long size,
      String target,
      Optional<RelationFile> relation) {
    /** A file of which only the path is known, for an {@link EntryReader} to open. */
    public static Entry named(String path) {
      return new Entry(
          path, path, Kind.FILE, 0600, "", "", FileTime.fromMillis(0), 0, "", Optional.empty());
    }

    /** Kinds of entry. */
    public enum Kind {
      FILE,
      DIRECTORY,
      LINK
    }
  }
}
