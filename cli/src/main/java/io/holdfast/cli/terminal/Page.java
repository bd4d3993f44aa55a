package io.holdfast.cli.terminal;

import java.io.PrintStream;
import java.util.List;

/** Text for a person. Control characters in names cannot reach the terminal through it. */
public final class Page {
  private final PrintStream out;

  public Page(PrintStream out) {
    this.out = out;
  }

  public void line(String text) {
    out.println(harmless(text));
  }

  public void blank() {
    out.println();
  }

  /** A labelled value; labels of one block line up when they are given with the same width. */
  public void field(int width, String label, String value) {
    line(pad(label, width) + "  " + value);
  }

  public void table(Table table) {
    table.lines().forEach(this::line);
  }

  public void lines(List<String> lines) {
    lines.forEach(this::line);
  }

  static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  static String harmless(String text) {
    StringBuilder kept = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean control = (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
      if (control && kept == null) {
        kept = new StringBuilder(text);
      }
      if (control && kept != null) {
        kept.setCharAt(i, '\ufffd');
      }
    }
    return kept == null ? text : kept.toString();
  }
}
