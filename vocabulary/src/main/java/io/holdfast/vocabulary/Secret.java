package io.holdfast.vocabulary;

import java.util.Arrays;

/**
 * Bytes that must not be seen: a passphrase or a key. Prints as stars, never equals another by
 * accident of a log line, and is overwritten on close. Not thread-safe against close.
 */
public final class Secret implements AutoCloseable {
  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes a copy; the caller still owns, and should overwrite, its own array. */
  public static Secret copyOf(byte[] bytes) {
    return new Secret(bytes.clone());
  }

  /** A copy, which the caller should overwrite after use. */
  public byte[] bytes() {
    return bytes.clone();
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "********";
  }
}
