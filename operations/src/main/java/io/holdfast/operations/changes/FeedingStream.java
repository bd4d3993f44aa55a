package io.holdfast.operations.changes;

import io.holdfast.postgres.Lsn;
import java.io.OutputStream;

/** Feeds a segment that is written to it. */
final class FeedingStream extends OutputStream {
  private final Summarizer to;
  private Lsn at;
  private boolean goesOn = true;

  FeedingStream(Summarizer to, Lsn start) {
    this.to = to;
    this.at = start;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    goesOn = goesOn && to.feed(at, bytes, offset, length);
    at = at.plus(length);
  }

  /** Whether the log did not end in what was written so far. */
  boolean goesOn() {
    return goesOn;
  }
}
