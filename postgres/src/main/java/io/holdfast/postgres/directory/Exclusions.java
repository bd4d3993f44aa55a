package io.holdfast.postgres.directory;

import io.holdfast.postgres.SupportedVersion;
import java.util.List;
import java.util.Set;

/** What no backup needs (basebackup.c: excludeDirContents, excludeFiles). */
public final class Exclusions {
  /** Filled by a running server for itself; it wants to find them, empty. */
  private static final Set<String> EMPTIED =
      Set.of(
          "pg_dynshmem",
          "pg_notify",
          "pg_replslot",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans",
          "pg_wal");

  private static final Set<String> ANYWHERE =
      Set.of(
          "backup_label",
          "backup_manifest",
          "current_logfiles.tmp",
          "postgresql.auto.conf.tmp",
          "postmaster.opts",
          "postmaster.pid",
          "tablespace_map");

  /** Left by earlier restores, or the orders of one: a copy must get its own. */
  private static final Set<String> AT_TOP =
      Set.of(
          "backup_label.old",
          "backup_manifest.tmp",
          "holdfast.config",
          "holdfast.new",
          "holdfast.restore-in-progress",
          "holdfast-spool",
          "recovery.signal",
          "standby.signal",
          "tablespace_map.old");

  private Exclusions() {}

  /** Whether the directory is copied without what is in it. */
  public static boolean content(String path) {
    return EMPTIED.contains(path);
  }

  /** The directories that pg_wal is copied with although it is copied empty. */
  public static List<String> keptInWal(SupportedVersion version) {
    return version.major() >= 17
        ? List.of("archive_status", "summaries")
        : List.of("archive_status");
  }

  static boolean entry(String directory, String name) {
    return name.startsWith("pgsql_tmp")
        || name.startsWith("pg_internal.init")
        || ANYWHERE.contains(name)
        || (directory.isEmpty() && AT_TOP.contains(name))
        || (directory.equals("global") && name.equals("pg_control"));
  }
}
