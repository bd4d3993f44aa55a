package io.holdfast.repository;

/**
 * Says where a stream is cut into pieces, by its content alone: the same bytes are cut in the same
 * places wherever they stand, so that what was put in before them or taken out changes the pieces
 * around it and no others. The places depend on a key of the repository: lengths of pieces do not
 * tell what is in them to whoever can see them. Thread-safe.
 */
public interface ContentCutter {
  /** No piece but the last one of a stream is shorter. */
  int LEAST = 4 << 10;

  /** What most pieces are near. */
  int USUAL = 16 << 10;

  /** No piece is longer. */
  int MOST = 64 << 10;

  /**
   * Where the piece ends that begins at {@code from}.
   *
   * @param to how far the bytes go; {@link #MOST} of them or more, unless the stream ends there
   * @return behind {@code from}, at most {@code to}
   */
  int end(byte[] bytes, int from, int to);
}
