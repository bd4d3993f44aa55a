package io.holdfast.operations.wal;

/**
 * What a fetch gave.
 *
 * @param bytes written, for a segment always its size
 * @param validBytes of them that came from the server; less than {@code bytes} if the rest is zeros
 *     because only the beginning of the segment is in the archive
 */
public record FetchedWal(String name, long bytes, long validBytes) {
  public boolean partial() {
    return validBytes < bytes;
  }
}
