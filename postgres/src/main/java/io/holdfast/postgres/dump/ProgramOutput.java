package io.holdfast.postgres.dump;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program's output, read on a thread of its own. Whoever reads from a pipe waits for all that
 * hold its other end, grandchildren that nobody knows of too, and nothing wakes him before they
 * end; so that thread may be left waiting, and nobody else has to.
 */
final class ProgramOutput extends InputStream {
  /** A pipe holds as much. */
  private static final int PIECE = 64 << 10;

  private static final int PIECES = 4;
  private static final long LOOK_MILLIS = 100;
  private static final byte[] NOTHING = new byte[0];

  /** Says while we wait whether there will be more. */
  interface Patience {
    /**
     * @param waited for this byte so far
     * @return false if what came so far is all
     * @throws IOException if the program has been ended for keeping us waiting
     */
    boolean hasMore(Duration waited) throws IOException;
  }

  /**
   * @param length less than 0 at the end
   * @param failure why there is no more
   */
  private record Piece(byte[] bytes, int length, @Nullable IOException failure) {}

  private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES);
  private final BlockingQueue<byte[]> empty = new ArrayBlockingQueue<>(PIECES + 1);
  private final Patience patience;
  private Piece current = new Piece(NOTHING, 0, null);
  private int at;
  private volatile boolean closed;

  private ProgramOutput(Patience patience) {
    this.patience = patience;
    for (int i = 0; i <= PIECES; i++) {
      empty.add(new byte[PIECE]);
    }
  }

  static ProgramOutput of(InputStream pipe, String name, Patience patience) {
    ProgramOutput output = new ProgramOutput(patience);
    Thread.ofPlatform().name("hears-" + name).daemon().start(() -> output.pump(pipe));
    return output;
  }

  private void pump(InputStream pipe) {
    try {
      int length;
      do {
        byte[] bytes = empty.take();
        if (closed) {
          return;
        }
        Piece piece = next(pipe, bytes);
        length = piece.length();
        full.put(piece);
      } while (length >= 0 && !closed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Piece next(InputStream pipe, byte[] bytes) {
    try {
      return new Piece(bytes, pipe.read(bytes), null);
    } catch (IOException e) {
      return new Piece(bytes, -1, e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (at >= current.length()) {
      if (current.length() < 0) {
        return end();
      }
      recycle();
      current = await();
      at = 0;
    }
    int given = Math.min(length, current.length() - at);
    System.arraycopy(current.bytes(), at, bytes, offset, given);
    at += given;
    return given;
  }

  private int end() throws IOException {
    IOException failure = current.failure();
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    return -1;
  }

  private void recycle() {
    if (current.bytes().length > 0) {
      empty.add(current.bytes());
      current = new Piece(NOTHING, 0, null);
      at = 0;
    }
  }

  private Piece await() throws IOException {
    long began = System.nanoTime();
    try {
      while (true) {
        Piece piece = full.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (piece != null) {
          return piece;
        }
        if (closed) {
          throw new IOException("its output was closed");
        }
        if (!patience.hasMore(Duration.ofNanos(System.nanoTime() - began))) {
          return new Piece(NOTHING, -1, null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while waiting for its output");
    }
  }

  /** Nobody reads it any more; whoever waits for it now stops waiting. */
  @Override
  public void close() {
    closed = true;
    full.clear();
    // Whoever waits for a free buffer sees it too.
    empty.offer(NOTHING);
  }
}
