package io.holdfast.sftp.objects;

import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads a stretch of an open file in order, with several requests under way, so that the time an
 * answer takes is paid once and not for each. Used by one thread.
 */
final class ReadAhead implements AutoCloseable {
  private final Line line;
  private final byte[] handle;
  private final Chunks chunks;
  private final int window;
  private final long end;
  private final Deque<Request> underWay = new ArrayDeque<>();
  private long asked;

  private record Request(int number, long offset, int length) {}

  ReadAhead(Lines lines, Line line, byte[] handle, Chunks chunks, long from, long end) {
    this.line = line;
    this.handle = handle;
    this.chunks = chunks;
    this.window = lines.tuning().window();
    this.asked = from;
    this.end = end;
  }

  /**
   * The next bytes, at most a chunk.
   *
   * @param into has room for a chunk, or for what is left
   * @return how many; -1 if the file ends here, or the stretch does
   */
  int next(byte[] into, int at) throws IOException {
    ask();
    Request oldest = underWay.poll();
    if (oldest == null) {
      return -1;
    }
    boolean answered = false;
    try {
      int came = line.awaitData(oldest.number(), into, at, oldest.length());
      if (came >= 0 && came < oldest.length()) {
        long next = oldest.offset() + came;
        int left = oldest.length() - came;
        underWay.addFirst(new Request(line.sendRead(handle, next, left), next, left));
        answered = true;
      }
      return came;
    } finally {
      if (!answered) {
        chunks.release();
      }
    }
  }

  private void ask() throws IOException {
    while (asked < end && underWay.size() < window) {
      if (underWay.isEmpty()) {
        chunks.reserveFirst();
      } else if (!chunks.reserve()) {
        return;
      }
      int length = (int) Math.min(chunks.size(), end - asked);
      boolean sent = false;
      try {
        underWay.add(new Request(line.sendRead(handle, asked, length), asked, length));
        sent = true;
      } finally {
        if (!sent) {
          chunks.release();
        }
      }
      asked += length;
    }
  }

  /** What is under way comes nevertheless, and is not looked at. */
  @Override
  public void close() throws IOException {
    underWay.forEach(request -> {
      line.forget(request.number());
      chunks.release();
    });
    underWay.clear();
    line.close(handle);
  }
}
