package io.holdfast.postgres.archive;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpHeader;
import io.holdfast.postgres.DumpToc;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a table of contents into memory, with as many of its texts as are wanted. */
public final class TocReading implements TocParser.Listener {
  private static final int PIECE = 64 << 10;

  private final Predicate<DumpEntry> texts;
  private final List<DumpEntry> entries = new ArrayList<>();
  private @Nullable DumpHeader header;

  private TocReading(Predicate<DumpEntry> texts) {
    this.texts = texts;
  }

  public static DumpToc read(InputStream archive, Predicate<DumpEntry> texts) throws IOException {
    TocReading reading = new TocReading(texts);
    TocParser parser = new TocParser(reading);
    feed(archive, parser);
    DumpHeader header = reading.header;
    if (header == null) {
      throw ArchiveFormat.malformed("a head", "none");
    }
    return new DumpToc(header, reading.entries, parser.length());
  }

  static void feed(InputStream archive, TocParser parser) throws IOException {
    byte[] piece = new byte[PIECE];
    while (!parser.complete()) {
      int got = archive.read(piece);
      if (got < 0) {
        throw ArchiveFormat.malformed("a whole table of contents", "its end at " + parser.length());
      }
      parser.feed(piece, 0, got);
    }
  }

  @Override
  public void head(DumpHeader found, byte[] bytes, int length, int count) {
    header = found;
  }

  @Override
  public void entry(DumpEntry entry, byte[] bytes, int from, int extra, int to) {
    entries.add(texts.test(entry) ? entry : entry.withoutTexts());
  }
}
