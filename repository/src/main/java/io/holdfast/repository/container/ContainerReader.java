package io.holdfast.repository.container;

import static io.holdfast.repository.format.ContainerFormat.FRAME_HEADER;
import static io.holdfast.repository.format.ContainerFormat.HEADER;
import static io.holdfast.repository.format.ContainerFormat.TABLE_ENTRY;
import static io.holdfast.repository.format.ContainerFormat.TRAILER;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ContainerFormat;
import io.holdfast.repository.format.ContainerFormat.Frame;
import io.holdfast.repository.format.ContainerFormat.Header;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container from its beginning to its end, frame by frame. Used by one thread.
 *
 * <p>{@link #next} returns false only after the end frame was authenticated, its table agreed with
 * the frames that passed, and nothing followed: whoever came so far has seen the whole container.
 */
public final class ContainerReader implements AutoCloseable {
  private final Storage storage;
  private final ObjectKey key;
  private final InputStream in;
  private final FrameOpener opener;
  private final Header header;
  private byte[] bytes = {};
  private byte[] table = new byte[64 * TABLE_ENTRY];
  private long offset;
  private int frames;
  private @Nullable Frame frame;

  private ContainerReader(
      Storage storage, ObjectKey key, InputStream in, Keyring keys, Kind kind, FrameOpener opener) {
    this.storage = storage;
    this.key = key;
    this.in = in;
    this.opener = opener;
    bytes = Buffers.atLeast(bytes, HEADER);
    read(0, HEADER, "a container header");
    this.header = ContainerFormat.header(bytes, key, kind, keys.repository(), keys.encrypted());
    opener.begin(header, key);
    this.offset = HEADER;
  }

  /**
   * @throws io.holdfast.storage.ObjectMissingException if there is no such object
   * @throws RepositoryDamagedException if it is no container of this kind and repository
   */
  public static ContainerReader open(
      Storage storage, ObjectKey key, Kind kind, Keyring keys, FrameOpener opener) {
    return of(storage, key, storage.stream(key, 0), kind, keys, opener);
  }

  /** As {@link #open}, from bytes that were fetched; closes them if they are no such container. */
  static ContainerReader of(
      Storage storage, ObjectKey key, InputStream in, Kind kind, Keyring keys, FrameOpener opener) {
    try {
      return new ContainerReader(storage, key, in, keys, kind, opener);
    } catch (RuntimeException e) {
      try {
        in.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  public Header header() {
    return header;
  }

  /** Moves to the next frame. False behind the last one, after the checks promised above. */
  public boolean next() {
    if (frame != null) {
      offset += frame.length();
    }
    read(0, FRAME_HEADER, "frame " + frames);
    Frame next = ContainerFormat.frame(bytes, 0, key, frames);
    if (bytes.length < next.length() + TRAILER) {
      byte[] longer = Buffers.atLeast(bytes, next.length() + TRAILER);
      System.arraycopy(bytes, 0, longer, 0, FRAME_HEADER);
      bytes = longer;
    }
    read(FRAME_HEADER, next.payloadLength(), "the payload of frame " + frames);
    if (next.isEnd()) {
      finish(next);
      return false;
    }
    remember(next);
    frame = next;
    return true;
  }

  private void remember(Frame next) {
    if (frames == ContainerFormat.MAX_FRAMES) {
      throw RepositoryDamagedException.of(
          key, "at most " + ContainerFormat.MAX_FRAMES + " frames", "more");
    }
    if ((frames + 1) * TABLE_ENTRY > table.length) {
      table = Arrays.copyOf(table, 2 * table.length);
    }
    ContainerFormat.putTableEntry(table, frames * TABLE_ENTRY, offset, next);
    frames++;
  }

  private void finish(Frame end) {
    opener.openEnd(end, bytes, 0);
    int length = frames * TABLE_ENTRY;
    if (!Arrays.equals(bytes, FRAME_HEADER, FRAME_HEADER + end.rawLength(), table, 0, length)) {
      throw RepositoryDamagedException.of(
          key, frames, "a table of the " + frames + " frames before it", "another table");
    }
    read(end.length(), TRAILER, "the trailer");
    ContainerFormat.checkTrailer(bytes, 0, end.length(), key);
    offset += end.length() + TRAILER;
    if (available() != 0) {
      throw RepositoryDamagedException.of(key, "its end at byte " + offset, "more bytes");
    }
  }

  public Frame frame() {
    if (frame == null) {
      throw new IllegalStateException("next() comes first");
    }
    return frame;
  }

  /** Where the frame lies; behind the last one: the size of the container. */
  public long offset() {
    return offset;
  }

  /** The frame's content from 0, authenticated; valid until the next call. */
  public byte[] content() {
    return opener.open(frame(), bytes, 0);
  }

  private void read(int at, int length, String what) {
    int found;
    try {
      found = in.readNBytes(bytes, at, length);
    } catch (IOException e) {
      throw failed(e);
    }
    if (found != length) {
      throw RepositoryDamagedException.of(
          key, what + " of " + length + " bytes", found + " bytes: the object is cut short");
    }
  }

  private int available() {
    try {
      return in.readNBytes(new byte[1], 0, 1);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StorageException failed(IOException e) {
    return new StorageException(
        "could not read " + key + " from " + storage.description(), null, e);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
