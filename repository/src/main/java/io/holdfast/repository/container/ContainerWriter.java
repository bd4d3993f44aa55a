package io.holdfast.repository.container;

import static io.holdfast.repository.format.ContainerFormat.MAX_FRAMES;
import static io.holdfast.repository.format.ContainerFormat.MAX_RAW;
import static io.holdfast.repository.format.ContainerFormat.TABLE_ENTRY;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ContainerFormat;
import io.holdfast.repository.format.ContainerFormat.Frame;
import io.holdfast.repository.format.ContainerFormat.Header;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import java.util.Arrays;
import java.util.UUID;

/**
 * One container in the making. It exists when {@link #finish} returns, whole and durable; closing
 * before leaves nothing. Used by one thread, together with the sealer that it was begun with.
 */
public final class ContainerWriter implements AutoCloseable {
  private final ObjectKey key;
  private final FrameSealer sealer;
  private final Header header;
  private final ObjectWriter out;
  private byte[] table = new byte[64 * TABLE_ENTRY];
  private int frames;
  private long lastOffset;
  private int lastLength;
  private byte[] end = {};
  private boolean whole = true;

  private ContainerWriter(ObjectKey key, Header header, FrameSealer sealer, ObjectWriter out) {
    this.key = key;
    this.header = header;
    this.sealer = sealer;
    this.out = out;
  }

  /** Begins a container that the writer takes; closes the writer if that fails. */
  public static ContainerWriter into(
      ObjectWriter out, ObjectKey key, Kind kind, Keyring keys, FrameSealer sealer) {
    try {
      Header header = new Header(kind, keys.encrypted(), keys.repository(), UUID.randomUUID());
      sealer.begin(header, key);
      byte[] bytes = header.bytes();
      out.write(bytes, 0, bytes.length);
      return new ContainerWriter(key, header, sealer, out);
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
  }

  public UUID id() {
    return header.container();
  }

  public ObjectKey key() {
    return key;
  }

  /** Bytes written so far. */
  public long position() {
    return out.position();
  }

  public boolean isFull() {
    return frames == MAX_FRAMES;
  }

  /**
   * Appends a frame and returns its number; {@link #lastOffset} and length tell where it lies.
   * After a failure nothing more is taken: bytes sealed with the frame's number may be out already,
   * and a number is a nonce.
   */
  public int append(Purpose purpose, byte[] raw, int offset, int length) {
    requireWhole();
    if (length > MAX_RAW || isFull()) {
      throw new IllegalArgumentException(
          "frame " + frames + " of " + length + " bytes does not fit into a container");
    }
    whole = false;
    Frame frame = sealer.seal(frames, purpose, raw, offset, length);
    lastOffset = out.position();
    lastLength = frame.length();
    if ((frames + 1) * TABLE_ENTRY > table.length) {
      table = Arrays.copyOf(table, 2 * table.length);
    }
    ContainerFormat.putTableEntry(table, frames * TABLE_ENTRY, lastOffset, frame);
    out.write(sealer.bytes(), 0, frame.length());
    whole = true;
    return frames++;
  }

  private void requireWhole() {
    if (!whole) {
      throw new IllegalStateException("a frame of " + key + " failed, so it cannot be continued");
    }
  }

  public long lastOffset() {
    return lastOffset;
  }

  public int lastLength() {
    return lastLength;
  }

  /** Writes the end frame and makes the container exist. Returns its size. */
  public long finish() {
    requireWhole();
    whole = false;
    int length = sealer.sealEnd(frames, table, frames * TABLE_ENTRY);
    end = Arrays.copyOf(sealer.bytes(), length);
    out.write(end, 0, length);
    long size = out.position();
    out.commit();
    out.close();
    return size;
  }

  /** Reads beginning and end back from the storage after {@link #finish}, against lost writes. */
  public void confirm(Storage storage) {
    long size = out.position();
    byte[] expected = header.bytes();
    byte[] found = new byte[expected.length];
    storage.read(key, 0, found, 0, found.length);
    byte[] foundEnd = new byte[end.length];
    storage.read(key, size - end.length, foundEnd, 0, foundEnd.length);
    if (!Arrays.equals(expected, found) || !Arrays.equals(end, foundEnd)) {
      throw RepositoryDamagedException.of(key, "what was just written", "other bytes");
    }
  }

  @Override
  public void close() {
    out.close();
  }
}
