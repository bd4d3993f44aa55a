package io.holdfast.sftp.objects;

import io.holdfast.sftp.wire.Line;
import io.holdfast.sftp.wire.Lines;
import io.holdfast.sftp.wire.StatusException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object from an offset to its end, read ahead. A connection that breaks is replaced by one that
 * goes on where it stopped.
 */
final class SftpStream extends InputStream {
  /** So often in a row without progress, each with all the patience for a connection. */
  private static final int MOST_BREAKS = 5;

  private final Lines lines;
  private final Reads reads;
  private final Chunks chunks;
  private final ObjectKey key;
  private final byte[] buffer;
  private long size = -1;
  private long position;
  private int at;
  private int filled;
  private int breaks;
  private boolean closed;
  private @Nullable Line line;
  private @Nullable ReadAhead ahead;

  private SftpStream(Lines lines, Reads reads, Chunks chunks, ObjectKey key, long offset) {
    this.lines = lines;
    this.reads = reads;
    this.chunks = chunks;
    this.key = key;
    this.position = offset;
    this.buffer = new byte[chunks.size()];
  }

  /** Empty if there is no such object. */
  static Optional<SftpStream> open(
      Lines lines, Reads reads, Chunks chunks, ObjectKey key, long offset) {
    SftpStream made = new SftpStream(lines, reads, chunks, key, offset);
    return made.reopen() ? Optional.of(made) : Optional.empty();
  }

  private boolean reopen() {
    return lines.run(
        "read " + key,
        (fresh, again) -> {
          Optional<Reads.Opened> file = reads.open(fresh, key);
          if (file.isEmpty()) {
            return false;
          }
          long found = file.get().size();
          if (found < position || (size >= 0 && found != size)) {
            fresh.close(file.get().handle());
            throw reads.tooShort(key, Math.max(position, size), found);
          }
          size = found;
          lines.keep(fresh);
          line = fresh;
          ahead = new ReadAhead(lines, fresh, file.get().handle(), chunks, position, found);
          return true;
        });
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (closed) {
      throw new IOException("the stream of " + key + " is closed");
    }
    if (length == 0) {
      return 0;
    }
    if (at == filled && !fill()) {
      return -1;
    }
    int step = Math.min(length, filled - at);
    System.arraycopy(buffer, at, into, offset, step);
    at += step;
    return step;
  }

  private boolean fill() throws IOException {
    while (position < size) {
      try {
        int read = source().next(buffer, 0);
        if (read < 0) {
          throw new IOException(reads.tooShort(key, size, position));
        }
        position += read;
        at = 0;
        filled = read;
        breaks = 0;
        return true;
      } catch (StatusException e) {
        throw failure(e);
      } catch (IOException e) {
        if (e.getCause() instanceof StorageException || ++breaks > MOST_BREAKS) {
          throw failure(e);
        }
        drop();
        if (!reopen()) {
          throw failure(e);
        }
      }
    }
    return false;
  }

  private ReadAhead source() throws IOException {
    ReadAhead from = ahead;
    if (from == null) {
      throw new IOException("the connection broke");
    }
    return from;
  }

  private IOException failure(IOException why) {
    return new IOException(
        "could not read " + key + " from " + lines.site().description() + ": " + why.getMessage(),
        why);
  }

  private void drop() {
    ReadAhead old = ahead;
    Line used = line;
    ahead = null;
    line = null;
    if (old != null) {
      try {
        old.close();
      } catch (IOException e) {
        // The server closes what belongs to a connection that broke.
        filled = at;
      }
    }
    if (used != null) {
      lines.giveBack(used);
    }
  }

  @Override
  public void close() {
    closed = true;
    drop();
  }
}
