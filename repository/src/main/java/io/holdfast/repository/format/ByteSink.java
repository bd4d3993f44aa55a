package io.holdfast.repository.format;

import java.nio.charset.Charset;
import java.util.Arrays;

/** Bytes that grow by numbers and texts; the writing side of {@link ByteSource}. */
final class ByteSink {
  private byte[] bytes = new byte[1 << 10];
  private int size;

  int size() {
    return size;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  void clear() {
    size = 0;
  }

  void putByte(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  /** Seven bits a byte, least significant first, the high bit set on all but the last. */
  void putVarint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** A number of either sign: 0, -1, 1, -2 … as 0, 1, 2, 3 … */
  void putSigned(long value) {
    putVarint((value << 1) ^ (value >> 63));
  }

  void putLong(long value) {
    room(8);
    LittleEndian.putLong(bytes, size, value);
    size += 8;
  }

  void putBytes(byte[] from, int offset, int length) {
    room(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  void putBytes(ByteSink from) {
    putBytes(from.bytes, 0, from.size);
  }

  /** Its length in bytes, then its bytes. */
  void putText(String text, Charset charset) {
    byte[] encoded = text.getBytes(charset);
    putVarint(encoded.length);
    putBytes(encoded, 0, encoded.length);
  }

  private void room(int length) {
    if (bytes.length - size < length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
    }
  }
}
