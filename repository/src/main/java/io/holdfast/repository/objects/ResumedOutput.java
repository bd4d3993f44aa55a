package io.holdfast.repository.objects;

import java.io.IOException;
import java.io.OutputStream;

/** Takes the same bytes once more from their beginning and passes on only what is new. */
final class ResumedOutput extends OutputStream {
  private final OutputStream to;
  private String content = "";
  private long passed;
  private long position;

  ResumedOutput(OutputStream to) {
    this.to = to;
  }

  /** The next byte is the first one again. */
  void again() {
    position = 0;
  }

  /** False if these are not the bytes of which some were passed on already. */
  boolean continues(String sha256) {
    if (passed > 0 && !content.equals(sha256)) {
      return false;
    }
    content = sha256;
    return true;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int known = (int) Math.min(length, Math.max(0, passed - position));
    position += length;
    if (known < length) {
      to.write(bytes, offset + known, length - known);
      passed = position;
    }
  }
}
