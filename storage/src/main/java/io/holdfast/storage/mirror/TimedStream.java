package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Reads ahead a piece at a time, each within the patience. */
final class TimedStream extends InputStream {
  private static final int PIECE = 256 << 10;

  private final ObjectKey key;
  private final InputStream below;
  private final Deadline deadline;
  private final Duration patience;
  private byte[] piece = {};
  private int at;
  private boolean ended;

  TimedStream(ObjectKey key, InputStream below, Deadline deadline, Duration patience) {
    this.key = key;
    this.below = below;
    this.deadline = deadline;
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    return filled() ? piece[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!filled()) {
      return -1;
    }
    int step = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, into, offset, step);
    at += step;
    return step;
  }

  private boolean filled() throws IOException {
    if (at == piece.length && !ended) {
      piece = within(() -> readPiece());
      at = 0;
      ended = piece.length == 0;
    }
    return at < piece.length;
  }

  private byte[] readPiece() {
    try {
      return below.readNBytes(PIECE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T within(Supplier<T> work) throws IOException {
    try {
      return deadline.within(patience, "read " + key, work);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    if (deadline.isBusy()) {
      return;
    }
    within(() -> {
      try {
        below.close();
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }
}
