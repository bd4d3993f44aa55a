package io.holdfast.postgres.directory;

import java.util.Set;

/** What no backup needs (basebackup.c: excludeDirContents, excludeFiles). */
final class Exclusions {
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

  static boolean content(String path) {
    return EMPTIED.contains(path);
  }

  static boolean entry(String directory, String name) {
    return name.startsWith("pgsql_tmp")
        || name.startsWith("pg_internal.init")
        || ANYWHERE.contains(name)
        || (directory.isEmpty() && AT_TOP.contains(name))
        || (directory.equals("global") && name.equals("pg_control"));
  }
}
