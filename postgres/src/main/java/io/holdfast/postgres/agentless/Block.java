package io.holdfast.postgres.agentless;

import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** A part of a file as the server sent it; handed on once, from its beginning. */
final class Block {
  private final String path;
  private final long at;
  private final int asked;
  private final byte @Nullable [] bytes;
  private int given;

  /**
   * @param asked how many bytes were asked for: fewer came only because the file ends there
   * @param bytes null if there is no such file
   */
  Block(String path, long at, int asked, byte @Nullable [] bytes) {
    this.path = path;
    this.at = at;
    this.asked = asked;
    this.bytes = bytes;
  }

  /** Whether what it has not given yet begins at that place. */
  boolean continuesAt(String file, long place) {
    return at + given == place && path.equals(file) && !(bytes != null && given == asked);
  }

  /** Gives what comes next of it. */
  int give(byte[] into, int offset, int length) throws NoSuchFileException {
    if (bytes == null) {
      throw new NoSuchFileException(path);
    }
    int count = Math.min(length, bytes.length - given);
    System.arraycopy(bytes, given, into, offset, count);
    given += count;
    return count;
  }

  /** Whether nothing is left in it and the file ends there. */
  boolean endsFile() {
    return bytes != null && given == bytes.length && bytes.length < asked;
  }
}
