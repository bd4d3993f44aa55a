package io.holdfast.repository.container;

import static io.holdfast.repository.format.ContainerFormat.FRAME_HEADER;
import static io.holdfast.repository.format.ContainerFormat.SEAL;
import static io.holdfast.repository.format.ContainerFormat.SEALED_FRAME_HEADER;
import static io.holdfast.repository.format.ContainerFormat.STORED;
import static io.holdfast.repository.format.ContainerFormat.TRAILER;
import static io.holdfast.repository.format.ContainerFormat.ZSTD;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.holdfast.repository.format.ContainerFormat;
import io.holdfast.repository.format.ContainerFormat.Frame;
import io.holdfast.repository.format.ContainerFormat.Header;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.repository.sealing.Keyring;
import io.holdfast.repository.sealing.Sealer;
import io.holdfast.repository.sealing.Sealer.Span;
import io.holdfast.storage.ObjectKey;

/**
 * Makes frames: compresses, then seals. One per worker thread, for one container after the other;
 * owns its buffers and contexts, so that nothing is allocated per frame.
 */
public final class FrameSealer implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final Sealer sealer;
  private final ZstdCompressCtx zstd = new ZstdCompressCtx();
  private final int level;
  private byte[] compressed = NOTHING;
  private byte[] bytes = NOTHING;

  /**
   * @param level zstd, 0 stores as it is
   */
  public FrameSealer(Keyring keys, int level) {
    this.sealer = keys.newSealer();
    this.level = level;
    zstd.setLevel(Math.max(1, level));
  }

  void begin(Header header, ObjectKey key) {
    sealer.begin(header.container(), AssociatedData.of(header.bytes(), key));
  }

  /** Makes a frame; its bytes lie in {@link #bytes} from 0 until the next call. */
  Frame seal(int number, Purpose purpose, byte[] raw, int offset, int length) {
    int shrunk = level == 0 ? length : compress(raw, offset, length);
    boolean smaller = shrunk < length;
    Span content = smaller ? new Span(compressed, 0, shrunk) : new Span(raw, offset, length);
    Frame frame =
        new Frame(number, smaller ? ZSTD : STORED, purpose.code(), length, content.length() + SEAL);
    bytes = Buffers.atLeast(bytes, frame.length());
    ContainerFormat.putFrame(bytes, 0, frame);
    sealer.seal(number, new Span(bytes, 0, SEALED_FRAME_HEADER), content, bytes, FRAME_HEADER);
    return frame;
  }

  private int compress(byte[] raw, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    compressed = Buffers.atLeast(compressed, Math.toIntExact(Zstd.compressBound(length)));
    return zstd.compressByteArray(compressed, 0, compressed.length, raw, offset, length);
  }

  /** Makes the end frame and the trailer from a table; returns the length of both. */
  int sealEnd(int number, byte[] table, int length) {
    Frame end = new Frame(number, STORED, Purpose.END.code(), length, length + SEAL);
    bytes = Buffers.atLeast(bytes, end.length() + TRAILER);
    ContainerFormat.putFrame(bytes, 0, end);
    System.arraycopy(table, 0, bytes, FRAME_HEADER, length);
    // The seal vouches for header and table in one piece, so they are put together once more.
    byte[] clear = new byte[SEALED_FRAME_HEADER + length];
    System.arraycopy(bytes, 0, clear, 0, SEALED_FRAME_HEADER);
    System.arraycopy(table, 0, clear, SEALED_FRAME_HEADER, length);
    sealer.seal(
        number,
        new Span(clear, 0, clear.length),
        new Span(NOTHING, 0, 0),
        bytes,
        FRAME_HEADER + length);
    ContainerFormat.putTrailer(bytes, 0, end.length());
    return end.length() + TRAILER;
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public void close() {
    zstd.close();
  }
}
