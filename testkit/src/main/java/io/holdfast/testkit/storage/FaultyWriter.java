package io.holdfast.testkit.storage;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import java.util.Arrays;

/** The writer of a {@link FaultyStorage}. */
final class FaultyWriter implements ObjectWriter {
  private final FaultyStorage storage;
  private final ObjectWriter below;
  private final ObjectKey key;
  private long position;

  FaultyWriter(FaultyStorage storage, ObjectWriter below, ObjectKey key) {
    this.storage = storage;
    this.below = below;
    this.key = key;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    storage.run(
        Call.APPEND,
        key.text(),
        Arrays.copyOfRange(bytes, offset, offset + length),
        damaged -> {
          below.write(damaged, 0, damaged.length);
          return damaged;
        });
    position += length;
  }

  /** What the caller believes, though a torn write may have put less below. */
  @Override
  public long position() {
    return position;
  }

  @Override
  public void commit() {
    storage.run(
        Call.COMMIT,
        key.text(),
        () -> {
          below.commit();
          storage.committed(key);
          return true;
        });
  }

  /** The dead clean nothing up. */
  @Override
  public void close() {
    if (!storage.dead()) {
      below.close();
    }
  }
}
