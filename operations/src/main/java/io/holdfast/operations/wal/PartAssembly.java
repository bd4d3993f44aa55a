package io.holdfast.operations.wal;

import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.SealedObjects;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Writes a segment out of its parts, with zeros for what is not there. */
record PartAssembly(SealedObjects objects, WalNames names, WalSegment segment) {
  Optional<FetchedWal> write(PartCover cover, OutputStream to) {
    if (cover.reached() == 0) {
      return Optional.empty();
    }
    writeParts(cover, to);
    zeros(to, segment.size() - cover.reached());
    return Optional.of(new FetchedWal(segment.name(), segment.size(), cover.reached()));
  }

  /** Writes the bytes that the parts give, each once. */
  void writeParts(PartCover cover, OutputStream to) {
    long written = 0;
    for (WalItem.Part part : cover.chosen()) {
      String name = names.part(segment, part.from(), part.to());
      if (objects.get(name, new SkippingStream(to, written - part.from())).isEmpty()) {
        throw new PartsChangedException(segment);
      }
      written = part.to();
    }
  }

  private static void zeros(OutputStream to, long count) {
    byte[] zeros = new byte[64 << 10];
    try {
      for (long left = count; left > 0; left -= zeros.length) {
        to.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves out the first bytes written to it; closing it leaves the other stream open. */
  private static final class SkippingStream extends OutputStream {
    private final OutputStream to;
    private long skip;

    SkippingStream(OutputStream to, long skip) {
      this.to = to;
      this.skip = skip;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int skipped = (int) Math.min(skip, length);
      skip -= skipped;
      to.write(bytes, offset + skipped, length - skipped);
    }
  }
}
