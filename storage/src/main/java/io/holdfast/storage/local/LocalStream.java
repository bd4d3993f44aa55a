package io.holdfast.storage.local;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An object from some offset to the end it had when it was opened; an earlier end is a failure. */
final class LocalStream extends InputStream {
  private final ObjectKey key;
  private final Path path;
  private final FileChannel channel;
  private final long size;
  private long position;
  private @Nullable ByteBuffer buffer = IoBuffers.take().limit(0);

  LocalStream(ObjectKey key, Path path, FileChannel channel, long offset, long size) {
    this.key = key;
    this.path = path;
    this.channel = channel;
    this.position = offset;
    this.size = size;
  }

  @Override
  public int read() throws IOException {
    ByteBuffer filled = filled();
    return filled.hasRemaining() ? filled.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    Objects.checkFromIndexSize(at, length, into.length);
    if (length == 0) {
      return 0;
    }
    ByteBuffer filled = filled();
    if (!filled.hasRemaining()) {
      return -1;
    }
    int step = Math.min(length, filled.remaining());
    filled.get(into, at, step);
    return step;
  }

  @Override
  public int available() throws IOException {
    return buffer == null ? 0 : buffer.remaining();
  }

  @Override
  public void close() throws IOException {
    if (buffer != null) {
      IoBuffers.giveBack(buffer);
      buffer = null;
      channel.close();
    }
  }

  private ByteBuffer filled() throws IOException {
    if (buffer == null) {
      throw new IOException("the stream of " + key + " is closed");
    }
    if (buffer.hasRemaining() || position == size) {
      return buffer;
    }
    buffer.clear();
    int read;
    try {
      read = channel.read(buffer, position);
    } catch (IOException e) {
      buffer.limit(0);
      throw LocalFailure.of("read " + key, path, e);
    }
    buffer.flip();
    if (read <= 0 || position + read > size) {
      buffer.limit(0);
      throw new StorageException(
          "could not read "
              + key
              + " ("
              + path
              + "): expected "
              + size
              + " bytes, found "
              + (read <= 0 ? position + " while reading" : "more"),
          "Something else changes files of the repository.",
          null);
    }
    position += read;
    return buffer;
  }
}
