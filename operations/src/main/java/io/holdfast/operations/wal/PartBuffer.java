package io.holdfast.operations.wal;

/**
 * Room for the part that is being shipped: about as much as it needs. A service receives WAL of
 * hundreds of servers, most of which have little to say; room for the largest part, kept by each,
 * was most of its memory. Not thread-safe.
 */
final class PartBuffer {
  private static final int LEAST = 64 << 10;
  private static final int SPARE = 4;

  private byte[] bytes = new byte[LEAST];

  /** At least so many bytes; the same ones as before, with what is in them, for the same length. */
  byte[] of(int length) {
    int wanted = LEAST;
    while (wanted < length) {
      wanted *= 2;
    }
    if (bytes.length < wanted || bytes.length > wanted * SPARE) {
      bytes = new byte[wanted];
    }
    return bytes;
  }
}
