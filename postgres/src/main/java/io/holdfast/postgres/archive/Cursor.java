package io.holdfast.postgres.archive;

import java.nio.charset.Charset;
import java.util.Arrays;

/** Takes numbers and texts from bytes that may not all be there yet. */
final class Cursor {
  private byte[] bytes = new byte[0];
  private int at;
  private int end;

  /** The bytes do not suffice; with {@code needed} of them from the start it is worth a new try. */
  static final class MoreNeeded extends Exception {
    private static final long serialVersionUID = 1L;

    private final int needed;

    MoreNeeded(int needed) {
      super(null, null, false, false);
      this.needed = needed;
    }

    int needed() {
      return needed;
    }
  }

  void over(byte[] content, int from, int to) {
    bytes = content;
    at = from;
    end = to;
  }

  int at() {
    return at;
  }

  int u8() throws MoreNeeded {
    return bytes[take(1)] & 0xFF;
  }

  int number() throws MoreNeeded {
    int from = take(ArchiveFormat.INT_BYTES);
    int sign = bytes[from];
    if (sign != 0 && sign != 1) {
      throw ArchiveFormat.malformed("a number's sign, 0 or 1", sign);
    }
    int amount = littleEndian(bytes, from + 1);
    return sign == 0 ? amount : -amount;
  }

  static int littleEndian(byte[] bytes, int at) {
    return (bytes[at] & 0xFF)
        | ((bytes[at + 1] & 0xFF) << 8)
        | ((bytes[at + 2] & 0xFF) << 16)
        | ((bytes[at + 3] & 0xFF) << 24);
  }

  /** A text's bytes; none if there is no text, which is not the same as an empty one to others. */
  byte[] text() throws MoreNeeded {
    int length = length();
    int from = take(Math.max(length, 0));
    return Arrays.copyOfRange(bytes, from, from + Math.max(length, 0));
  }

  String text(Charset charset) throws MoreNeeded {
    int length = length();
    int from = take(Math.max(length, 0));
    return length <= 0 ? "" : new String(bytes, from, length, charset);
  }

  /** Passes over a text. */
  boolean skipText() throws MoreNeeded {
    int length = length();
    take(Math.max(length, 0));
    return length >= 0;
  }

  private int length() throws MoreNeeded {
    int length = number();
    if (length < -1 || length > ArchiveFormat.LARGEST_ENTRY) {
      throw ArchiveFormat.malformed(
          "a text of at most " + ArchiveFormat.LARGEST_ENTRY + " bytes", length);
    }
    return length;
  }

  /** -1 as PostgreSQL's "no text" tells an empty list's end from an empty text. */
  boolean atNoText() throws MoreNeeded {
    int before = at;
    boolean none = number() == -1;
    if (!none) {
      at = before;
    }
    return none;
  }

  int take(int count) throws MoreNeeded {
    int from = at;
    if (count > end - at) {
      throw new MoreNeeded(at + count);
    }
    at += count;
    return from;
  }
}
