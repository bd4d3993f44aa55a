package io.holdfast.postgres;

import io.holdfast.postgres.archive.TocReading;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The table of contents of an archive of pg_dump, which lies at its beginning.
 *
 * @param length bytes of head and table of contents: where the first block begins
 */
public record DumpToc(DumpHeader header, List<DumpEntry> entries, long length) {
  public DumpToc {
    entries = List.copyOf(entries);
  }

  /**
   * Reads the beginning of an archive up to the end of its table of contents, and a little beyond.
   *
   * @param texts of which entries definitions and statements are kept: they are most of the bytes
   * @throws PostgresException if it is none, of a version that is not known, or damaged
   */
  public static DumpToc read(InputStream archive, Predicate<DumpEntry> texts) throws IOException {
    return TocReading.read(archive, texts);
  }

  public Optional<DumpEntry> entry(int dumpId) {
    return entries.stream().filter(entry -> entry.dumpId() == dumpId).findFirst();
  }
}
