package io.holdfast.s3.objects;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what is written into parts. What fits into one is sent with one request at commit; more
 * is sent in parts, several at once, while the next one fills.
 */
final class S3Writer implements ObjectWriter {
  private final Bucket bucket;
  private final Puts puts;
  private final PartMemory memory;
  private final PartSizes sizes;
  private final UnfinishedUploads unfinished;
  private final ObjectKey key;

  private List<byte[]> pieces = new ArrayList<>();
  private int filled;
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
      PartMemory memory,
      PartSizes sizes,
      UnfinishedUploads unfinished,
      ObjectKey key) {
    this.bucket = bucket;
    this.puts = puts;
    this.memory = memory;
    this.sizes = sizes;
    this.unfinished = unfinished;
    this.key = key;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    requireWriting();
    state = State.BROKEN;
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (filled == sizes.of(number())) {
        send();
      }
      int inPiece = filled % PartMemory.PIECE;
      if (inPiece == 0) {
        pieces.add(take());
      }
      int room = Math.min(PartMemory.PIECE - inPiece, sizes.of(number()) - filled);
      int step = Math.min(end - from, room);
      System.arraycopy(bytes, from, pieces.getLast(), inPiece, step);
      filled += step;
      from += step;
    }
    position += length;
    state = State.WRITING;
  }

  /** Of the part that fills. */
  private int number() {
    return parts == null ? 1 : parts.next();
  }

  /** Hands the part over to the upload, which is begun with the first. */
  private void send() {
    PartsUnderWay into = parts;
    if (into == null) {
      Upload upload = Upload.begin(bucket, puts, key);
      unfinished.begun(upload.id());
      into = new PartsUnderWay(upload, memory);
      parts = into;
    }
    Body part = new Body(pieces, filled);
    pieces = new ArrayList<>();
    filled = 0;
    into.send(part);
  }

  private byte[] take() {
    try {
      return memory.take();
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
      puts.create(key, new Body(pieces, filled), true);
    } else {
      if (filled > 0) {
        send();
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
    memory.giveBack(pieces);
    pieces = new ArrayList<>();
    filled = 0;
  }

  private void requireWriting() {
    if (state != State.WRITING) {
      throw new IllegalStateException("the writer of " + key + " is " + state);
    }
  }
}
