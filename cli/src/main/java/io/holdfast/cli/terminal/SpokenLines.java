package io.holdfast.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A stream that passes on what is written, and tells it line by line. */
public final class SpokenLines implements AutoCloseable {
  private static final int LONGEST = 8 << 10;

  private final PrintStream stream;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Consumer<String> listener;

  public SpokenLines(PrintStream to, Consumer<String> listener) {
    this.listener = listener;
    this.stream =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int octet) {
                to.write(octet);
                heard(octet);
              }

              @Override
              public void flush() {
                to.flush();
              }
            },
            true,
            StandardCharsets.UTF_8);
  }

  public PrintStream stream() {
    return stream;
  }

  private void heard(int octet) {
    if (octet == '\n') {
      tell();
    } else if (octet != '\r' && line.size() < LONGEST) {
      line.write(octet);
    }
  }

  private void tell() {
    listener.accept(line.toString(StandardCharsets.UTF_8));
    line.reset();
  }

  /** Tells what had no end of line; leaves the other stream open. */
  @Override
  public void close() {
    stream.flush();
    if (line.size() > 0) {
      tell();
    }
  }
}
