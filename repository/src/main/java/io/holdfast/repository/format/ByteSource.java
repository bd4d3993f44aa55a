package io.holdfast.repository.format;

import java.nio.charset.Charset;
import java.util.UUID;

/**
 * Reads what {@link ByteSink} wrote, within bounds.
 *
 * <p>Every method throws {@link MalformedException} where the bytes end or a number is impossible.
 */
final class ByteSource {
  private final byte[] bytes;
  private final int end;
  private int at;

  ByteSource(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + length;
  }

  boolean hasMore() {
    return at < end;
  }

  int getByte() {
    require(1);
    return bytes[at++] & 0xFF;
  }

  long getVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = getByte();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException("a number of at most 10 bytes", "a longer one");
  }

  long getSigned() {
    long value = getVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  long getLong() {
    require(8);
    at += 8;
    return LittleEndian.getLong(bytes, at - 8);
  }

  UUID getUuid() {
    require(16);
    at += 16;
    return LittleEndian.getUuid(bytes, at - 16);
  }

  /** A number from 0 to {@code max}. */
  int getInt(int max) {
    long value = getVarint();
    if (value < 0 || value > max) {
      throw new MalformedException("a number from 0 to " + max, Long.toUnsignedString(value));
    }
    return (int) value;
  }

  /** A number of things that take at least a byte each, so at most as many as bytes follow. */
  int getCount() {
    long count = getVarint();
    if (count < 0 || count > end - at) {
      throw new MalformedException("at most " + (end - at) + " more", Long.toUnsignedString(count));
    }
    return (int) count;
  }

  String getText(Charset charset) {
    return getText(charset, Integer.MAX_VALUE);
  }

  /** A text of at most so many bytes. */
  String getText(Charset charset, int max) {
    int length = getCount();
    if (length > max) {
      throw new MalformedException("a text of at most " + max + " bytes", length);
    }
    at += length;
    return new String(bytes, at - length, length, charset);
  }

  /** The next bytes, as a source of their own: its length, then its bytes. */
  ByteSource getPart() {
    int length = getCount();
    at += length;
    return new ByteSource(bytes, at - length, length);
  }

  private void require(int length) {
    if (end - at < length) {
      throw new MalformedException(length + " more bytes", end - at);
    }
  }
}
