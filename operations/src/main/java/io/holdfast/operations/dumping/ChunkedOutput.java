package io.holdfast.operations.dumping;

import java.io.OutputStream;
import java.util.Objects;

/** Writes into a file under way. Used by one thread. */
final class ChunkedOutput extends OutputStream {
  private final Gathering gathering;
  private final FileUnderWay file;

  ChunkedOutput(Gathering gathering, FileUnderWay file) {
    this.gathering = gathering;
    this.file = file;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    for (int done = 0; done < length; ) {
      int some = Math.min(length - done, ChunkQueue.CHUNK);
      gathering.append(bytes, offset + done, some, file);
      done += some;
    }
  }
}
