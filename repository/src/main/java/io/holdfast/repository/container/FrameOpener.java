package io.holdfast.repository.container;

import static io.holdfast.repository.format.ContainerFormat.FRAME_HEADER;
import static io.holdfast.repository.format.ContainerFormat.SEAL;
import static io.holdfast.repository.format.ContainerFormat.SEALED_FRAME_HEADER;
import static io.holdfast.repository.format.ContainerFormat.STORED;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ContainerFormat.Frame;
import io.holdfast.repository.format.ContainerFormat.Header;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.repository.sealing.Sealer;
import io.holdfast.repository.sealing.Sealer.Span;
import io.holdfast.storage.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * Opens frames: authenticates, then decompresses. The counterpart of {@link FrameSealer}: one per
 * worker thread, owns its buffers.
 */
public final class FrameOpener implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final Sealer sealer;
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private @Nullable ObjectKey key;
  private byte[] opened = NOTHING;
  private byte[] raw = NOTHING;

  public FrameOpener(Keyring keys) {
    this.sealer = keys.newSealer();
  }

  /** Turns to another container. */
  public void begin(Header header, ObjectKey key) {
    this.key = key;
    sealer.begin(header.container(), AssociatedData.of(header.bytes(), key));
  }

  /**
   * Opens the frame lying at {@code at}, whose header was read and checked.
   *
   * @return the content from 0; valid until the next call
   */
  public byte[] open(Frame frame, byte[] bytes, int at) {
    raw = Buffers.atLeast(raw, frame.rawLength());
    Span clear = new Span(bytes, at, SEALED_FRAME_HEADER);
    Span sealed = new Span(bytes, at + FRAME_HEADER, frame.payloadLength());
    if (frame.codec() == STORED) {
      authentic(frame, sealer.open(frame.number(), clear, sealed, raw, 0));
      return raw;
    }
    opened = Buffers.atLeast(opened, frame.payloadLength());
    authentic(frame, sealer.open(frame.number(), clear, sealed, opened, 0));
    decompress(frame);
    return raw;
  }

  private void decompress(Frame frame) {
    int length = frame.payloadLength() - SEAL;
    try {
      int size = zstd.decompressByteArray(raw, 0, frame.rawLength(), opened, 0, length);
      if (size != frame.rawLength()) {
        throw damaged(frame, frame.rawLength() + " bytes after decompression", size);
      }
    } catch (ZstdException e) {
      throw damaged(
          frame, frame.rawLength() + " bytes after decompression", String.valueOf(e.getMessage()));
    }
  }

  /** Authenticates an end frame with its table. */
  void openEnd(Frame frame, byte[] bytes, int at) {
    int table = frame.rawLength();
    byte[] clear = new byte[SEALED_FRAME_HEADER + table];
    System.arraycopy(bytes, at, clear, 0, SEALED_FRAME_HEADER);
    System.arraycopy(bytes, at + FRAME_HEADER, clear, SEALED_FRAME_HEADER, table);
    Span sealed = new Span(bytes, at + FRAME_HEADER + table, SEAL);
    authentic(
        frame, sealer.open(frame.number(), new Span(clear, 0, clear.length), sealed, NOTHING, 0));
  }

  private void authentic(Frame frame, boolean authentic) {
    if (!authentic) {
      throw damaged(frame, "the bytes that were sealed", "others (the seal does not fit)");
    }
  }

  private RepositoryDamagedException damaged(Frame frame, String expected, Object found) {
    if (key == null) {
      throw new IllegalStateException("no container was begun");
    }
    return RepositoryDamagedException.of(key, frame.number(), expected, found);
  }

  @Override
  public void close() {
    zstd.close();
  }
}
