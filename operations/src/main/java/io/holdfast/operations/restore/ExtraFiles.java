package io.holdfast.operations.restore;

import io.holdfast.repository.StoredFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Removes from an existing data directory what the backup does not have. It hears every entry in
 * path order, so that the children of one directory come as one run, and clears each directory when
 * its run is over. Only directories in which a server alone keeps things are cleared; at the top of
 * the data directory what a server is known to leave there; in a tablespace's location nothing
 * beside the cluster's own directory.
 */
final class ExtraFiles {
  /** What a server or a restore leaves at the top and must not meet again. */
  private static final Set<String> STATE =
      Set.of(
          "backup_label",
          "backup_label.old",
          "backup_manifest",
          "tablespace_map",
          "tablespace_map.old",
          "recovery.signal",
          "standby.signal",
          "postmaster.pid",
          "postmaster.opts",
          "current_logfiles",
          "postgresql.auto.conf",
          "postgresql.auto.conf.tmp",
          "holdfast-spool");

  /** The directories in which nobody but a server keeps anything. */
  private static final Set<String> OWNED =
      Set.of(
          "base",
          "global",
          "pg_commit_ts",
          "pg_dynshmem",
          "pg_logical",
          "pg_multixact",
          "pg_notify",
          "pg_replslot",
          "pg_serial",
          "pg_snapshots",
          "pg_stat",
          "pg_stat_tmp",
          "pg_subtrans",
          "pg_tblspc",
          "pg_twophase",
          "pg_wal",
          "pg_xact");

  private final Path root;
  private final Deque<Level> open = new ArrayDeque<>();
  private final Set<String> unvisited = new TreeSet<>();
  private long removed;

  private record Level(String path, Set<String> names) {}

  ExtraFiles(Path root) {
    this.root = root;
    open.push(new Level("", new HashSet<>()));
  }

  void visit(StoredFile entry) {
    String path = entry.path();
    int slash = path.lastIndexOf('/');
    String directory = slash < 0 ? "" : path.substring(0, slash);
    while (!isWithin(directory, open.getFirst().path())) {
      clear(open.pop());
    }
    while (!open.getFirst().path().equals(directory)) {
      String parent = open.getFirst().path();
      int next = directory.indexOf('/', parent.isEmpty() ? 0 : parent.length() + 1);
      String level = next < 0 ? directory : directory.substring(0, next);
      unvisited.remove(level);
      open.push(new Level(level, new HashSet<>()));
    }
    open.getFirst().names().add(path.substring(slash + 1));
    if (entry.kind() == StoredFile.Kind.DIRECTORY) {
      unvisited.add(path);
    }
  }

  private static boolean isWithin(String directory, String ancestor) {
    return ancestor.isEmpty() || directory.equals(ancestor) || directory.startsWith(ancestor + "/");
  }

  /** Clears what is left; the number of entries removed, each with all below it. */
  long finish() {
    while (!open.isEmpty()) {
      clear(open.pop());
    }
    unvisited.forEach(path -> clear(new Level(path, Set.of())));
    return removed;
  }

  private void clear(Level level) {
    Path directory = level.path().isEmpty() ? root : RawPath.below(root, level.path());
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> extra = new ArrayList<>();
    try {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          String name = name(entry);
          if (!level.names().contains(name) && isOurs(level.path(), name)) {
            extra.add(entry);
          }
        }
      }
      for (Path entry : extra) {
        Tree.delete(entry);
        removed++;
      }
    } catch (IOException e) {
      throw WriteFailure.of("clear", directory, e);
    }
  }

  private static boolean isOurs(String directory, String name) {
    if (directory.isEmpty()) {
      return STATE.contains(name) || name.startsWith("pgsql_tmp");
    }
    int slash = directory.indexOf('/');
    // The location of a tablespace may hold what other versions or people put beside ours.
    return OWNED.contains(slash < 0 ? directory : directory.substring(0, slash))
        && !(Inventory.tablespace(directory) != 0 && directory.indexOf('/', slash + 1) < 0);
  }

  /** The name's bytes as ISO-8859-1 text, like stored paths. */
  private static String name(Path entry) {
    String uri = entry.toUri().getRawPath();
    String raw = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    String last = raw.substring(raw.lastIndexOf('/') + 1);
    return last.indexOf('%') < 0
        ? last
        : java.net.URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
  }
}
