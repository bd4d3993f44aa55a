package io.holdfast.postgres.archive;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpHeader;
import io.holdfast.postgres.DumpToc;
import io.holdfast.postgres.SqlNames;
import io.holdfast.postgres.TableClosure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Copies head and table of contents, entry by entry, with those entries that are wanted. */
public final class TocCopy implements TocParser.Listener {
  /** Of the byte in the head that says which format this is. */
  private static final int FORMAT_AT = 10;

  private final int count;
  private final Predicate<DumpEntry> keep;
  private final OutputStream to;
  private final boolean directory;
  private final Function<DumpEntry, String> fileName;
  private final Optional<SqlNames> names;
  private int written;
  private Charset charset = StandardCharsets.UTF_8;

  private TocCopy(
      int count,
      Predicate<DumpEntry> keep,
      OutputStream to,
      boolean directory,
      Function<DumpEntry, String> fileName,
      Optional<SqlNames> names) {
    this.names = names;
    this.count = count;
    this.keep = keep;
    this.to = to;
    this.directory = directory;
    this.fileName = fileName;
  }

  /** In stream form: no offset is known. */
  public static void custom(
      DumpToc toc, Predicate<DumpEntry> keep, InputStream archive, OutputStream to)
      throws IOException {
    copy(new TocCopy(count(toc, keep), keep, to, false, entry -> "", Optional.empty()), archive);
  }

  /** In stream form, with things moved into another schema. */
  public static void moved(
      DumpToc toc, Predicate<DumpEntry> keep, SqlNames names, InputStream archive, OutputStream to)
      throws IOException {
    copy(new TocCopy(count(toc, keep), keep, to, false, entry -> "", Optional.of(names)), archive);
  }

  /** As a directory's {@code toc.dat}. */
  public static void directory(
      DumpToc toc,
      Predicate<DumpEntry> keep,
      Function<DumpEntry, String> fileName,
      InputStream archive,
      OutputStream to)
      throws IOException {
    copy(new TocCopy(count(toc, keep), keep, to, true, fileName, Optional.empty()), archive);
  }

  private static int count(DumpToc toc, Predicate<DumpEntry> keep) {
    return (int) toc.entries().stream().filter(keep).count();
  }

  private static void copy(TocCopy copy, InputStream archive) throws IOException {
    try {
      TocReading.feed(archive, new TocParser(copy));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (copy.written != copy.count) {
      throw ArchiveFormat.malformed(
          copy.count + " entries as read before", copy.written + " of them");
    }
  }

  @Override
  public void head(DumpHeader header, byte[] bytes, int length, int entries) {
    byte[] head = java.util.Arrays.copyOf(bytes, length);
    head[FORMAT_AT] = (byte) (directory ? ArchiveFormat.FORMAT_TAR : ArchiveFormat.FORMAT_CUSTOM);
    write(head, 0, length);
    number(count);
  }

  @Override
  public void entry(DumpEntry entry, byte[] bytes, int from, int extra, int end) {
    if (!keep.test(entry)) {
      return;
    }
    written++;
    if (entry.kind().equals("ENCODING")) {
      charset = Encodings.ofStatement(entry.definition());
    }
    if (names.isPresent() && !TableClosure.isAboutTheArchive(entry)) {
      move(entry, names.get(), bytes, from, extra);
    } else {
      write(bytes, from, extra - from);
    }
    if (directory) {
      text(fileName.apply(entry));
    } else {
      byte[] offset = new byte[end - extra];
      offset[0] =
          (byte) (entry.hasData() ? ArchiveFormat.OFFSET_NOT_SET : ArchiveFormat.OFFSET_NO_DATA);
      write(offset, 0, offset.length);
    }
  }

  private void move(DumpEntry entry, SqlNames moved, byte[] bytes, int from, int extra) {
    TocFields fields = TocFields.of(bytes, from, extra);
    write(bytes, from, fields.definition() - from);
    text(fields.hasDefinition(), moved.moved(entry.definition()));
    text(fields.hasDrop(), moved.moved(entry.dropStatement()));
    text(fields.hasCopy(), moved.moved(entry.copyStatement()));
    text(fields.hasSchema(), entry.schema().isEmpty() ? "" : moved.schema());
    write(bytes, fields.behindSchema(), extra - fields.behindSchema());
  }

  private void text(boolean present, String text) {
    if (present) {
      text(text);
    } else {
      write(new byte[] {1, 1, 0, 0, 0}, 0, ArchiveFormat.INT_BYTES);
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(charset);
    number(bytes.length);
    write(bytes, 0, bytes.length);
  }

  private void number(int value) {
    write(
        new byte[] {
          0, (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
        },
        0,
        ArchiveFormat.INT_BYTES);
  }

  private void write(byte[] bytes, int offset, int length) {
    try {
      to.write(bytes, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
