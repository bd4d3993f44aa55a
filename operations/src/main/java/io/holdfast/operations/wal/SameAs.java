package io.holdfast.operations.wal;

import io.holdfast.postgres.WalSegment;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** Compares what is written to it with what another stream gives. */
final class SameAs extends OutputStream {
  private final InputStream expected;
  private final WalSegment segment;
  private long at;

  SameAs(InputStream expected, WalSegment segment) {
    this.expected = expected;
    this.segment = segment;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    byte[] others = expected.readNBytes(length);
    int differs = Arrays.mismatch(bytes, offset, offset + length, others, 0, others.length);
    if (differs >= 0) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not store segment "
              + segment
              + ": the repository holds its beginning already, with other bytes from "
              + segment.start().plus(at + differs)
              + " on",
          "Either this file is damaged, or two servers write the same timeline. Nothing was"
              + " overwritten.");
    }
    at += length;
  }
}
