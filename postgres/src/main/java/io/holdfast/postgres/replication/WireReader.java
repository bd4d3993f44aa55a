package io.holdfast.postgres.replication;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Messages of PostgreSQL's protocol, version 3, out of a socket: a type byte, a length that counts
 * itself, a body. A message is handed out where it lies in the one buffer and is valid until the
 * next. Bytes of a message that has not come whole stay in the buffer, so running out of time never
 * loses any.
 */
final class WireReader {
  /** Twice what a walsender puts into one message (walsender.c, MAX_SEND_SIZE). */
  private static final int BUFFER = 1 << 18;

  private static final int LEAST_READ = 1 << 17;
  private static final int LONGEST = 1 << 26;
  private static final int HEAD = 5;

  private final Socket socket;
  private final InputStream in;
  private byte[] buffer = new byte[BUFFER];
  private ByteBuffer view = ByteBuffer.wrap(buffer);
  private int start;
  private int end;
  private char type;
  private int body;
  private int bodyEnd;

  WireReader(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /**
   * Goes on to the next message.
   *
   * @return false if it did not come whole within the time
   */
  boolean next(long nanos) throws IOException {
    long deadline = System.nanoTime() + nanos;
    while (!whole()) {
      long left = deadline - System.nanoTime();
      if (left < 0 && nanos > 0) {
        return false;
      }
      if (!fill(left)) {
        return false;
      }
    }
    type = (char) buffer[start];
    body = start + HEAD;
    bodyEnd = start + 1 + view.getInt(start + 1);
    start = bodyEnd;
    return true;
  }

  private boolean whole() throws IOException {
    int available = end - start;
    if (available < HEAD) {
      return false;
    }
    int length = view.getInt(start + 1);
    if (length < 4 || length > LONGEST) {
      throw new IOException("a message of " + length + " bytes: this is not PostgreSQL's protocol");
    }
    if (length + 1 > buffer.length) {
      buffer = Arrays.copyOf(buffer, length + 1);
      view = ByteBuffer.wrap(buffer);
    }
    return available >= length + 1;
  }

  private boolean fill(long nanos) throws IOException {
    if (start == end) {
      start = 0;
      end = 0;
    } else if (start > 0 && buffer.length - end < LEAST_READ) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    // Zero would mean for ever.
    socket.setSoTimeout(Math.clamp((nanos + 999_999) / 1_000_000, 1, Integer.MAX_VALUE));
    try {
      int got = in.read(buffer, end, buffer.length - end);
      if (got < 0) {
        throw new EOFException("the server closed the connection");
      }
      end += got;
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  char type() {
    return type;
  }

  byte[] bytes() {
    return buffer;
  }

  /** Where the body's unread rest begins, in {@link #bytes}. */
  int position() {
    return body;
  }

  int remaining() {
    return bodyEnd - body;
  }

  byte readByte() {
    return buffer[body++];
  }

  short readShort() {
    body += Short.BYTES;
    return view.getShort(body - Short.BYTES);
  }

  int readInt() {
    body += Integer.BYTES;
    return view.getInt(body - Integer.BYTES);
  }

  long readLong() {
    body += Long.BYTES;
    return view.getLong(body - Long.BYTES);
  }

  byte[] readBytes(int count) {
    body += count;
    return Arrays.copyOfRange(buffer, body - count, body);
  }

  /** Up to a zero byte. */
  String readString() {
    int from = body;
    while (body < bodyEnd && buffer[body] != 0) {
      body++;
    }
    String text = new String(buffer, from, body - from, StandardCharsets.UTF_8);
    body = Math.min(body + 1, bodyEnd);
    return text;
  }
}
