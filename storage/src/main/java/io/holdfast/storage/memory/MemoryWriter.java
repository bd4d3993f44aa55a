package io.holdfast.storage.memory;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

final class MemoryWriter implements ObjectWriter {
  private final Storage storage;
  private final ObjectKey key;
  private @Nullable ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long position;

  MemoryWriter(Storage storage, ObjectKey key) {
    this.storage = storage;
    this.key = key;
  }

  @Override
  public void write(byte[] from, int offset, int length) {
    open().write(from, offset, length);
    position += length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void commit() {
    byte[] content = open().toByteArray();
    bytes = null;
    storage.create(key, content);
  }

  @Override
  public void close() {
    bytes = null;
  }

  private ByteArrayOutputStream open() {
    if (bytes == null) {
      throw new IllegalStateException("the writer of " + key + " was committed or closed");
    }
    return bytes;
  }
}
