package io.holdfast.storage.local;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes a temporary file beside the place of the object, and publishes it at commit. */
final class LocalWriter implements ObjectWriter {
  private final Publication publication;
  private final Directories directories;
  private final ObjectKey key;
  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private @Nullable ByteBuffer buffer;
  private long position;
  private State state = State.WRITING;

  /** BROKEN: a write failed, so what is in the file is unknown and must never be published. */
  private enum State {
    WRITING,
    BROKEN,
    COMMITTED,
    CLOSED
  }

  LocalWriter(Publication publication, Directories directories, ObjectKey key, Path target)
      throws IOException {
    this.publication = publication;
    this.directories = directories;
    this.key = key;
    this.target = target;
    Publication.Unfinished begun = publication.begin(target);
    this.temporary = begun.path();
    this.channel = begun.channel();
    this.buffer = IoBuffers.take();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    ByteBuffer into = writable();
    int from = offset;
    int end = offset + length;
    while (from < end) {
      int step = Math.min(end - from, into.remaining());
      into.put(bytes, from, step);
      from += step;
      if (!into.hasRemaining()) {
        flush(into);
      }
    }
    position += length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void commit() {
    finish();
    state = State.BROKEN;
    try {
      publication.create(temporary, target, key);
    } catch (IOException e) {
      throw LocalFailure.of("create " + key, target, e);
    }
    state = State.COMMITTED;
  }

  /** Replaces instead of creating; the caller holds the {@link SiteLock}. */
  void commitOver() {
    finish();
    state = State.BROKEN;
    try {
      publication.replace(temporary, target);
    } catch (IOException e) {
      throw LocalFailure.of("replace " + key, target, e);
    }
    state = State.COMMITTED;
  }

  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    boolean abandoned = state != State.COMMITTED;
    state = State.CLOSED;
    if (buffer != null) {
      IoBuffers.giveBack(buffer);
      buffer = null;
    }
    try {
      channel.close();
      if (abandoned && Files.deleteIfExists(temporary)) {
        directories.removeEmptied(Directories.parentOf(temporary));
      }
    } catch (IOException e) {
      throw LocalFailure.of("remove the unfinished " + key, temporary, e);
    }
  }

  /** Everything is on the disk, under the temporary name. */
  private void finish() {
    ByteBuffer rest = writable();
    flush(rest);
    state = State.BROKEN;
    try {
      channel.force(true);
      channel.close();
    } catch (IOException e) {
      throw LocalFailure.of("sync " + key, temporary, e);
    }
  }

  private void flush(ByteBuffer full) {
    state = State.BROKEN;
    full.flip();
    try {
      while (full.hasRemaining()) {
        channel.write(full);
      }
    } catch (IOException e) {
      throw LocalFailure.of("write " + key, temporary, e);
    }
    full.clear();
    state = State.WRITING;
  }

  private ByteBuffer writable() {
    if (state != State.WRITING || buffer == null) {
      throw new IllegalStateException("the writer of " + key + " is " + state);
    }
    return buffer;
  }
}
