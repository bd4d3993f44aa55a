package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;

/**
 * An object whose stream may break off: then it goes on where it was, at a site that can. Immutable
 * objects have the same bytes everywhere, and whoever reads them authenticates what comes.
 */
final class ContinuedStream extends InputStream {
  private static final int ATTEMPTS = 3;

  private final ReadingStorage storage;
  private final ObjectKey key;
  private InputStream in;
  private long position;
  private int attempts;

  ContinuedStream(ReadingStorage storage, ObjectKey key, long offset, InputStream in) {
    this.storage = storage;
    this.key = key;
    this.position = offset;
    this.in = in;
  }

  private interface Read {
    int from(InputStream in) throws IOException;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    int read = continued(from -> from.read(into, at, length));
    position += Math.max(read, 0);
    return read;
  }

  private int continued(Read read) throws IOException {
    while (true) {
      try {
        return read.from(in);
      } catch (IOException | StorageException e) {
        if (++attempts > ATTEMPTS) {
          throw e;
        }
        in.close();
        in = storage.open(key, position);
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
