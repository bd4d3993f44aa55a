package io.holdfast.sftp.objects;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import org.jspecify.annotations.Nullable;

/** Gathers what is written into chunks for an unfinished file, which becomes the object. */
final class SftpWriter implements ObjectWriter {
  private final Publication publication;
  private final Chunks chunks;
  private final ObjectKey key;
  private final Unfinished file;
  private byte @Nullable [] filling;
  private int filled;
  private long position;
  private State state = State.WRITING;

  /** BROKEN: something failed, so what the server has is unknown and must not become an object. */
  private enum State {
    WRITING,
    BROKEN,
    COMMITTED,
    CLOSED
  }

  SftpWriter(Publication publication, Chunks chunks, ObjectKey key) {
    this.publication = publication;
    this.chunks = chunks;
    this.key = key;
    this.file = publication.begin(key);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    requireWriting();
    state = State.BROKEN;
    int from = offset;
    int end = offset + length;
    while (from < end) {
      byte[] into = filling;
      if (into == null) {
        into = file.buffer();
        filling = into;
      }
      int step = Math.min(end - from, chunks.size() - filled);
      System.arraycopy(bytes, from, into, filled, step);
      filled += step;
      from += step;
      if (filled == chunks.size()) {
        send();
      }
    }
    position += length;
    state = State.WRITING;
  }

  private void send() {
    byte[] full = filling;
    if (full != null) {
      filling = null;
      int length = filled;
      filled = 0;
      file.send(full, length);
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void commit() {
    requireWriting();
    state = State.BROKEN;
    send();
    file.finish();
    publication.create(file, key);
    state = State.COMMITTED;
  }

  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    boolean abandoned = state != State.COMMITTED;
    state = State.CLOSED;
    byte[] buffer = filling;
    if (buffer != null) {
      filling = null;
      chunks.giveBack(buffer);
    }
    file.close();
    if (abandoned) {
      publication.abandon(file);
    }
  }

  private void requireWriting() {
    if (state != State.WRITING) {
      throw new IllegalStateException("the writer of " + key + " is " + state);
    }
  }
}
