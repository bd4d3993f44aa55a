package io.holdfast.postgres;

import io.holdfast.postgres.archive.DirectoryFiles;
import io.holdfast.postgres.archive.TocCopy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Makes of an archive of pg_dump another one with some of its entries, which pg_restore takes: in
 * custom format from a pipe, or as a directory. Nothing is held in memory but one entry.
 */
public final class FilteredArchive {
  private FilteredArchive() {}

  /**
   * Writes head and table of contents of an archive in custom format. The blocks of its entries
   * with data have to follow, as they lie in the original and in their order.
   *
   * @param toc of the original
   * @param archive the original, from its first byte
   */
  public static void writeToc(
      DumpToc toc, Predicate<DumpEntry> keep, InputStream archive, OutputStream to)
      throws IOException {
    TocCopy.custom(toc, keep, archive, to);
  }

  /**
   * Likewise, with what the entries say moved into another schema.
   *
   * @param names what moves; an entry that bears such a name, or is about one, moves along
   */
  public static void writeMovedToc(
      DumpToc toc, Predicate<DumpEntry> keep, SqlNames names, InputStream archive, OutputStream to)
      throws IOException {
    TocCopy.moved(toc, keep, names, archive, to);
  }

  /** Likewise, {@code toc.dat} of an archive that is a directory. */
  public static void writeDirectoryToc(
      DumpToc toc, Predicate<DumpEntry> keep, InputStream archive, OutputStream to)
      throws IOException {
    DirectoryFiles files = new DirectoryFiles(Path.of(""), toc);
    TocCopy.directory(toc, keep, files::fileName, archive, to);
  }

  /**
   * Makes the files of one entry's data in a directory.
   *
   * @param block from its first byte to its last
   */
  public static void writeDirectoryBlock(
      DumpToc toc, DumpEntry entry, InputStream block, Path directory) throws IOException {
    new DirectoryFiles(directory, toc).write(entry, block);
  }
}
