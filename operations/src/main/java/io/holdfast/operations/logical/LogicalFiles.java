package io.holdfast.operations.logical;

import java.util.Locale;

/**
 * The stored files of a logical backup.
 *
 * <pre>
 * globals.sql                     roles and tablespaces, of pg_dumpall
 * settings/…                      the server's configuration files, as far as they could be read
 * databases/0001/archive.0001 …   what pg_dump wrote, byte for byte, in parts
 * databases/0001/blocks           where in it the data of each table lies ({@link BlockList})
 * databases/0001/chunks           what tomorrow's dump looks for
 * databases/0001/figures.json     what the database held in the dump's snapshot
 * </pre>
 *
 * Databases are numbered in the order of their names, parts in the order of their bytes, both from
 * 1. The attribute {@link #DATABASE} of the archive's parts names the database.
 */
public final class LogicalFiles {
  /** Kind of the manifest. */
  public static final String KIND = "logical";

  public static final String GLOBALS = "globals.sql";
  public static final String SETTINGS = "settings";

  /** Attribute of stored files. */
  public static final String DATABASE = "database";

  private LogicalFiles() {}

  /** {@code databases/0001} */
  public static String directory(int database) {
    return String.format(Locale.ROOT, "databases/%04d", database);
  }

  /**
   * @param part from 1
   */
  public static String archive(int database, int part) {
    return String.format(Locale.ROOT, "%s/archive.%04d", directory(database), part);
  }

  public static String blocks(int database) {
    return directory(database) + "/blocks";
  }

  public static String chunks(int database) {
    return directory(database) + "/chunks";
  }

  public static String figures(int database) {
    return directory(database) + "/figures.json";
  }
}
