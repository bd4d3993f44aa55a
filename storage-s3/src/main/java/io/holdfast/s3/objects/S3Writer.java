package io.holdfast.s3.objects;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is written into parts. What fits into one is sent with one request at commit; more
 * is sent in parts, several at once, while the next one fills.
 */
final class S3Writer implements ObjectWriter {
  /** Most objects are small, and most writers write one: no need to hold a whole part for them. */
  private static final int SMALL = 1 << 20;

  private final Bucket bucket;
  private final Puts puts;
  private final PartBuffers buffers;
  private final PartSizes sizes;
  private final UnfinishedUploads unfinished;
  private final ObjectKey key;

  private byte[] buffer;
  private int filled;
  private boolean pooled;
  private long position;
  private @Nullable PartsUnderWay parts;
  private State state = State.WRITING;

  /** BROKEN: something failed, so what the store has is unknown and must not be completed. */
  private enum State {
    WRITING,
    BROKEN,
    COMMITTED,
    CLOSED
  }

  S3Writer(
      Bucket bucket,
      Puts puts,
      PartBuffers buffers,
      PartSizes sizes,
      UnfinishedUploads unfinished,
      ObjectKey key) {
    this.bucket = bucket;
    this.puts = puts;
    this.buffers = buffers;
    this.sizes = sizes;
    this.unfinished = unfinished;
    this.key = key;
    this.buffer = new byte[Math.min(SMALL, sizes.of(1))];
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    requireWriting();
    state = State.BROKEN;
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (filled == buffer.length) {
        makeRoom();
      }
      int step = Math.min(end - from, buffer.length - filled);
      System.arraycopy(bytes, from, buffer, filled, step);
      filled += step;
      from += step;
    }
    position += length;
    state = State.WRITING;
  }

  private void makeRoom() {
    int next = parts == null ? 1 : parts.next();
    if (!pooled && buffer.length < sizes.of(next)) {
      byte[] larger = take(sizes.of(next));
      System.arraycopy(buffer, 0, larger, 0, filled);
      buffer = larger;
      pooled = true;
      return;
    }
    if (parts == null) {
      parts = new PartsUnderWay(begin(), buffers);
    }
    send(parts);
    buffer = take(sizes.of(parts.next()));
    pooled = true;
  }

  private Upload begin() {
    Upload upload = Upload.begin(bucket, puts, key);
    unfinished.begun(upload.id());
    return upload;
  }

  /** Hands the buffer over to the upload. */
  private void send(PartsUnderWay into) {
    byte[] full = buffer;
    boolean giveBack = pooled;
    int length = filled;
    buffer = new byte[0];
    filled = 0;
    pooled = false;
    into.send(full, length, giveBack);
  }

  private byte[] take(int size) {
    PartsUnderWay sending = parts;
    try {
      return buffers.take(size, () -> sending != null && sending.anyUnderWay());
    } catch (InterruptedException e) {
      throw bucket.interrupted("write " + key, e);
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
    PartsUnderWay sent = parts;
    if (sent == null) {
      puts.create(key, buffer, filled, true);
    } else {
      if (filled > 0) {
        send(sent);
      }
      sent.complete(key, bucket);
      unfinished.ended(sent.uploadId());
    }
    state = State.COMMITTED;
    release();
  }

  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    boolean abandoned = state != State.COMMITTED;
    state = State.CLOSED;
    release();
    PartsUnderWay sent = parts;
    if (abandoned && sent != null) {
      sent.abandon();
      unfinished.ended(sent.uploadId());
    }
  }

  private void release() {
    if (pooled) {
      buffers.giveBack(buffer);
    }
    buffer = new byte[0];
    filled = 0;
    pooled = false;
  }

  private void requireWriting() {
    if (state != State.WRITING) {
      throw new IllegalStateException("the writer of " + key + " is " + state);
    }
  }
}
