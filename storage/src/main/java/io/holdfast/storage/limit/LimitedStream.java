package io.holdfast.storage.limit;

import io.holdfast.storage.RateLimit;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads at most a piece at a time, and waits for what it got. */
final class LimitedStream extends FilterInputStream {
  private final RateLimit limit;
  private final String attempt;

  LimitedStream(InputStream below, RateLimit limit, String attempt) {
    super(below);
    this.limit = limit;
    this.attempt = attempt;
  }

  @Override
  public int read() throws IOException {
    int read = in.read();
    if (read >= 0) {
      LimitedStorage.take(limit, 1, attempt);
    }
    return read;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = in.read(into, offset, Math.min(length, LimitedWriter.PIECE));
    if (read > 0) {
      LimitedStorage.take(limit, read, attempt);
    }
    return read;
  }
}
