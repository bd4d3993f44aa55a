package io.holdfast.repository.container;

import static io.holdfast.repository.format.ContainerFormat.FRAME_HEADER;
import static io.holdfast.repository.format.ContainerFormat.HEADER;
import static io.holdfast.repository.format.ContainerFormat.TABLE_ENTRY;
import static io.holdfast.repository.format.ContainerFormat.TRAILER;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ContainerFormat;
import io.holdfast.repository.format.ContainerFormat.Frame;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.repository.format.LittleEndian;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import org.jspecify.annotations.Nullable;

/** The table of frames at the end of a container, read without reading the frames. */
public final class ContainerTail {
  private final byte[] bytes;
  private final int frames;

  private ContainerTail(byte[] bytes, int frames) {
    this.bytes = bytes;
    this.frames = frames;
  }

  /**
   * Reads and authenticates the table, and checks that its frames fill the object without gap from
   * header to end frame.
   *
   * @param opener turned to this container already
   */
  public static ContainerTail read(Storage storage, ObjectKey key, long size, FrameOpener opener) {
    require(key, size >= HEADER + FRAME_HEADER + TRAILER, size);
    byte[] trailer = new byte[TRAILER];
    storage.read(key, size - TRAILER, trailer, 0, TRAILER);
    int length = ContainerFormat.endFrameLength(trailer, 0, key);
    require(key, size >= HEADER + (long) length + TRAILER, size);
    byte[] bytes = new byte[length + TRAILER];
    storage.read(key, size - bytes.length, bytes, 0, bytes.length);
    ContainerFormat.checkTrailer(bytes, 0, length, key);
    int frames = (length - FRAME_HEADER - ContainerFormat.SEAL) / TABLE_ENTRY;
    Frame end = ContainerFormat.frame(bytes, 0, key, frames);
    require(key, end.isEnd() && end.length() == length, size);
    opener.openEnd(end, bytes, 0);
    ContainerTail tail = new ContainerTail(bytes, frames);
    tail.requireFills(key, size - bytes.length);
    return tail;
  }

  private void requireFills(ObjectKey key, long end) {
    long next = HEADER;
    for (int i = 0; i < frames; i++) {
      int at = FRAME_HEADER + i * TABLE_ENTRY;
      if (LittleEndian.getLong(bytes, at) != next) {
        break;
      }
      next += FRAME_HEADER + (long) LittleEndian.getInt(bytes, at + 12);
    }
    if (next != end) {
      throw RepositoryDamagedException.of(
          key, "frames up to byte " + end, "a table of frames up to byte " + next);
    }
  }

  /** Sum of the raw lengths of the frames of a purpose. */
  public long rawBytes(Purpose purpose) {
    long sum = 0;
    for (int i = 0; i < frames; i++) {
      int at = FRAME_HEADER + i * TABLE_ENTRY;
      if ((bytes[at + 17] & 0xFF) == purpose.code()) {
        sum += LittleEndian.getInt(bytes, at + 8);
      }
    }
    return sum;
  }

  private static void require(ObjectKey key, boolean holds, @Nullable Object found) {
    if (!holds) {
      throw RepositoryDamagedException.of(
          key, "a whole container", "an end that does not fit its size of " + found + " bytes");
    }
  }
}
