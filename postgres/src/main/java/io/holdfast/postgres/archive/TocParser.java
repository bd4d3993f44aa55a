package io.holdfast.postgres.archive;

import io.holdfast.postgres.DumpEntry;
import io.holdfast.postgres.DumpEntry.Section;
import io.holdfast.postgres.DumpHeader;
import io.holdfast.postgres.archive.Cursor.MoreNeeded;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads head and table of contents out of bytes that come in any pieces. Holds one entry at a time.
 */
final class TocParser {
  private static final int FIRST_BUFFER = 64 << 10;

  private final Listener listener;
  private final Cursor cursor = new Cursor();
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int filled;
  private int needed;
  private int minor;
  private int offsetSize;
  private int entries = -1;
  private int seen;
  private long consumed;
  private Charset charset = StandardCharsets.UTF_8;

  /** Is told what is found, with the bytes in which it was found; they are valid in the call. */
  interface Listener {
    void head(DumpHeader header, byte[] bytes, int length, int entries);

    /**
     * @param bytes of the entry from {@code from} to {@code to}
     * @param extra where in them what differs between the formats begins: state and offset
     */
    void entry(DumpEntry entry, byte[] bytes, int from, int extra, int to);
  }

  TocParser(Listener listener) {
    this.listener = listener;
  }

  boolean complete() {
    return entries >= 0 && seen == entries;
  }

  /** Bytes of head and table of contents so far. */
  long length() {
    return consumed;
  }

  /**
   * @return how many of the bytes belonged to the table of contents: all, or it is complete
   */
  int feed(byte[] bytes, int offset, int length) {
    int taken = 0;
    while (taken < length && !complete()) {
      taken += feedPiece(bytes, offset + taken, Math.min(FIRST_BUFFER, length - taken));
    }
    return taken;
  }

  private int feedPiece(byte[] bytes, int offset, int length) {
    if (filled + length > buffer.length) {
      grow(filled + length);
    }
    System.arraycopy(bytes, offset, buffer, filled, length);
    filled += length;
    if (filled >= needed) {
      parse();
    }
    if (complete()) {
      int left = filled;
      filled = 0;
      buffer = new byte[0];
      return length - left;
    }
    return length;
  }

  private void grow(int least) {
    if (least > ArchiveFormat.LARGEST_ENTRY + FIRST_BUFFER) {
      throw ArchiveFormat.malformed(
          "entries of at most " + ArchiveFormat.LARGEST_ENTRY + " bytes", "a larger one");
    }
    buffer = Arrays.copyOf(buffer, Math.max(least, buffer.length * 2));
  }

  private void parse() {
    int begun = 0;
    cursor.over(buffer, 0, filled);
    try {
      while (!complete()) {
        if (entries < 0) {
          head();
        } else {
          entry(begun);
        }
        begun = cursor.at();
      }
      needed = 0;
    } catch (MoreNeeded more) {
      needed = more.needed() - begun;
    }
    System.arraycopy(buffer, begun, buffer, 0, filled - begun);
    filled -= begun;
    consumed += begun;
  }

  private void head() throws MoreNeeded {
    magic();
    int major = cursor.u8();
    minor = cursor.u8();
    int revision = cursor.u8();
    if (major != 1 || minor < ArchiveFormat.OLDEST_MINOR || minor > ArchiveFormat.NEWEST_MINOR) {
      throw ArchiveFormat.unknown(
          "version 1." + ArchiveFormat.OLDEST_MINOR + " to 1." + ArchiveFormat.NEWEST_MINOR,
          major + "." + minor + "." + revision);
    }
    int intSize = cursor.u8();
    offsetSize = cursor.u8();
    if (intSize != ArchiveFormat.INT_SIZE || offsetSize < 4 || offsetSize > 8) {
      throw ArchiveFormat.unknown(
          "numbers of 4 and offsets of 4 to 8 bytes", intSize + " and " + offsetSize);
    }
    int format = cursor.u8();
    if (format != ArchiveFormat.FORMAT_CUSTOM) {
      throw ArchiveFormat.unknown("the custom format (1)", format);
    }
    int compression = minor < ArchiveFormat.ALGORITHM_MINOR ? cursor.number() : cursor.u8();
    if (compression != 0) {
      throw ArchiveFormat.unknown("no compression (0)", compression);
    }
    LocalDateTime created = time();
    String database = cursor.text(StandardCharsets.UTF_8);
    String server = cursor.text(StandardCharsets.UTF_8);
    String program = cursor.text(StandardCharsets.UTF_8);
    int length = cursor.at();
    int count = cursor.number();
    if (count < 0) {
      throw ArchiveFormat.malformed("a number of entries", count);
    }
    entries = count;
    listener.head(
        new DumpHeader(minor, offsetSize, created, database, server, program),
        buffer,
        length,
        count);
  }

  private void magic() throws MoreNeeded {
    int length = ArchiveFormat.MAGIC.length();
    String magic = new String(buffer, cursor.take(length), length, StandardCharsets.ISO_8859_1);
    if (!magic.equals(ArchiveFormat.MAGIC)) {
      throw ArchiveFormat.malformed("'PGDMP' at its beginning", "other bytes");
    }
  }

  private LocalDateTime time() throws MoreNeeded {
    int second = cursor.number();
    int minute = cursor.number();
    int hour = cursor.number();
    int day = cursor.number();
    int month = cursor.number();
    int year = cursor.number();
    cursor.number();
    try {
      // A leap second is no time in Java.
      return LocalDateTime.of(
          Math.addExact(1900, year),
          Math.addExact(1, month),
          day,
          hour,
          minute,
          Math.min(second, 59));
    } catch (DateTimeException | ArithmeticException e) {
      throw ArchiveFormat.malformed(
          "a time", year + "-" + month + "-" + day + " " + hour + ":" + minute + ":" + second);
    }
  }

  private void entry(int from) throws MoreNeeded {
    int dumpId = cursor.number();
    if (dumpId <= 0) {
      throw ArchiveFormat.malformed("a dump id", dumpId);
    }
    int hasData = cursor.number();
    if (hasData != 0 && hasData != 1) {
      throw ArchiveFormat.malformed("0 or 1 for whether there is data", hasData);
    }
    long catalog = decimal(cursor.text(StandardCharsets.US_ASCII));
    long oid = decimal(cursor.text(StandardCharsets.US_ASCII));
    byte[] tag = cursor.text();
    String kind = cursor.text(StandardCharsets.US_ASCII);
    Section section = section(cursor.number());
    byte[] definition = cursor.text();
    byte[] drop = cursor.text();
    byte[] copy = cursor.text();
    byte[] schema = cursor.text();
    byte[] tablespace = cursor.text();
    byte[] method = cursor.text();
    if (minor >= ArchiveFormat.RELKIND_MINOR) {
      cursor.number();
    }
    byte[] owner = cursor.text();
    cursor.skipText();
    List<Integer> dependencies = dependencies();
    int extra = cursor.at();
    int state = cursor.u8();
    if (state != ArchiveFormat.OFFSET_NOT_SET
        && state != ArchiveFormat.OFFSET_SET
        && state != ArchiveFormat.OFFSET_NO_DATA) {
      throw ArchiveFormat.malformed("the state of an offset, 1 to 3", state);
    }
    cursor.take(offsetSize);
    if (kind.equals("ENCODING")) {
      charset = Encodings.ofStatement(new String(definition, StandardCharsets.US_ASCII));
    }
    DumpEntry entry =
        new DumpEntry(
            dumpId,
            hasData == 1,
            catalog,
            oid,
            kind,
            text(tag),
            section,
            text(schema),
            text(owner),
            text(tablespace),
            text(method),
            text(definition),
            text(drop),
            text(copy),
            dependencies);
    seen++;
    listener.entry(entry, buffer, from, extra, cursor.at());
  }

  private String text(byte[] bytes) {
    return Encodings.decode(bytes, charset);
  }

  private List<Integer> dependencies() throws MoreNeeded {
    List<Integer> found = new ArrayList<>();
    while (!cursor.atNoText()) {
      found.add((int) decimal(cursor.text(StandardCharsets.US_ASCII)));
    }
    return found;
  }

  private static Section section(int code) {
    return switch (code) {
      case 1 -> Section.NONE;
      case 2 -> Section.PRE_DATA;
      case 3 -> Section.DATA;
      case 4 -> Section.POST_DATA;
      default -> throw ArchiveFormat.malformed("a section, 1 to 4", code);
    };
  }

  private static long decimal(String text) {
    int length = text.length();
    if (length == 0 || length > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw ArchiveFormat.malformed(
          "a number in digits",
          "'" + text.substring(0, Math.min(length, 20)).toLowerCase(Locale.ROOT) + "'");
    }
    return Long.parseLong(text);
  }
}
