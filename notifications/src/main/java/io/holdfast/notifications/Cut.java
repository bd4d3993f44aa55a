package io.holdfast.notifications;

import java.nio.charset.StandardCharsets;

/**
 * Makes texts fit: never through the middle of a character, at the end of a line where one is near,
 * and always with a word about what is missing.
 */
public final class Cut {
  /** A line end that is this near is worth the characters lost. */
  private static final int NEAR = 200;

  private Cut() {}

  /** The beginning of it: what a text is about stands there. */
  public static String end(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    String note = note(text.length());
    if (most <= note.length()) {
      return text.substring(0, before(text, Math.max(0, most)));
    }
    int to = before(text, most - note.length() - 1);
    int line = text.lastIndexOf('\n', to);
    if (line > 0 && to - line < Math.min(NEAR, to / 2)) {
      to = line;
    }
    return text.substring(0, to) + "\n" + note(text.length() - to);
  }

  /** The end of it: what a log tells of a failure stands there. */
  public static String start(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int room = most - note(text.length()).length() - 1;
    if (room <= 0) {
      return "";
    }
    int from = text.length() - room;
    if (Character.isLowSurrogate(text.charAt(from))) {
      from++;
    }
    int line = text.indexOf('\n', from);
    if (line >= 0 && line - from < Math.min(NEAR, room / 2)) {
      from = line + 1;
    }
    return note(from) + "\n" + text.substring(from);
  }

  /** One line, and no more than that of it. */
  public static String line(String text, int most) {
    String line = harmless(text).replaceAll("\\s+", " ").strip();
    return line.length() <= most
        ? line
        : line.substring(0, before(line, Math.max(0, most - 1))) + "…";
  }

  /** The same, counted in bytes of UTF-8. */
  public static String lineOfBytes(String text, int most) {
    String line = line(text, most);
    int length = line.length();
    while (bytes(line) > most) {
      length -= 1 + (bytes(line) - most) / 4;
      line = line(text, Math.max(0, length));
    }
    return line;
  }

  public static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Without what terminals and protocols take for orders, and without halves of characters: a log
   * holds colours and progress bars.
   */
  public static String harmless(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    String plain = text.replaceAll("\u001b\\[[0-9;?]*[ -/]*[@-~]", "").replace("\r\n", "\n");
    plain
        .codePoints()
        .forEach(c -> {
          if (c == '\r') {
            clean.append('\n');
          } else if (c == '\n' || c == '\t' || !isControl(c)) {
            clean.appendCodePoint(c);
          }
        });
    return clean.toString();
  }

  private static boolean isControl(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL || type == Character.SURROGATE || isOrder(c);
  }

  /** Those that turn the direction of what follows. */
  private static boolean isOrder(int c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
  }

  private static int before(String text, int index) {
    return index > 0 && index < text.length() && Character.isLowSurrogate(text.charAt(index))
        ? index - 1
        : index;
  }

  private static String note(int missing) {
    return "… (" + missing + " characters cut off)";
  }
}
