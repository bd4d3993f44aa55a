package io.holdfast.operations.logical;

import java.util.Locale;

/**
 * The stored files of a logical backup.
 *
 * <pre>
 * globals.sql                     roles and tablespaces, of pg_dumpall; attribute passwords:
 *                                 included or omitted
 * settings/…                      the server's configuration files, as far as they could be read;
 *                                 attributes setting (which names it) and location
 * settings/settings.json          settings that are not a default, and those of roles and databases
 * databases/0001/archive.00001 …  what pg_dump wrote, byte for byte, in parts of about 1 GiB
 * databases/0001/blocks           where in it the data of each table lies ({@link BlockList})
 * databases/0001/figures.json     what was counted in the dump's snapshot ({@link FiguresJson})
 * databases/0001/pieces           of each piece that the archive was cut into, in order, its SHA-256
 *                                 (32 bytes) and its length (4 bytes, little-endian): what
 *                                 tomorrow's dump looks for
 * </pre>
 *
 * Databases are numbered in the order of their names, parts in the order of their bytes, both from
 * 1. The attribute {@link #DATABASE} of the archive's parts names the database, {@link #PIECES}
 * says how many pieces make up the part.
 */
public final class LogicalFiles {
  /** Kind of the manifest. */
  public static final String KIND = "logical";

  public static final String GLOBALS = "globals.sql";
  public static final String SETTINGS = "settings";

  public static final String SETTINGS_JSON = SETTINGS + "/settings.json";

  /** Attribute of stored files. */
  public static final String DATABASE = "database";

  /** Likewise. */
  public static final String PIECES = "pieces";

  private LogicalFiles() {}

  /** {@code databases/0001} */
  public static String directory(int database) {
    return String.format(Locale.ROOT, "databases/%04d", database);
  }

  /**
   * @param part from 1
   */
  public static String archive(int database, int part) {
    return String.format(Locale.ROOT, "%s/archive.%05d", directory(database), part);
  }

  /** The first path that a part can have; {@link #lastArchive} the last one. */
  public static String firstArchive(int database) {
    return archive(database, 1);
  }

  public static String lastArchive(int database) {
    return archive(database, 99_999);
  }

  public static String blocks(int database) {
    return directory(database) + "/blocks";
  }

  public static String pieces(int database) {
    return directory(database) + "/pieces";
  }

  public static String figures(int database) {
    return directory(database) + "/figures.json";
  }
}
