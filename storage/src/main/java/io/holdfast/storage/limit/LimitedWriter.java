package io.holdfast.storage.limit;

import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.RateLimit;

/** Writes a piece at a time, so that nobody waits for a whole pack of somebody else. */
final class LimitedWriter implements ObjectWriter {
  static final int PIECE = 64 << 10;

  private final ObjectWriter below;
  private final RateLimit limit;
  private final String attempt;

  LimitedWriter(ObjectWriter below, RateLimit limit, String attempt) {
    this.below = below;
    this.limit = limit;
    this.attempt = attempt;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    for (int at = 0; at < length; at += PIECE) {
      int step = Math.min(PIECE, length - at);
      LimitedStorage.take(limit, step, attempt);
      below.write(bytes, offset + at, step);
    }
  }

  @Override
  public long position() {
    return below.position();
  }

  @Override
  public void commit() {
    below.commit();
  }

  @Override
  public void close() {
    below.close();
  }
}
