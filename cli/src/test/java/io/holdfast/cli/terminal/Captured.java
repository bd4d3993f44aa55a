package io.holdfast.cli.terminal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Streams that keep what is written to them. */
public final class Captured {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final InputStream in;
  private final boolean terminal;

  private Captured(String input, boolean terminal) {
    this.in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    this.terminal = terminal;
  }

  public static Captured pipes() {
    return new Captured("", false);
  }

  public static Captured terminal(String typed) {
    return new Captured(typed, true);
  }

  public Streams streams() {
    return new Streams(
        in,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        terminal,
        terminal,
        terminal,
        false);
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
