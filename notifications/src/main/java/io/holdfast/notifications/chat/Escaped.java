package io.holdfast.notifications.chat;

import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * Cuts a text so that it fits once it is escaped, and never through what stands for a character.
 */
final class Escaped {
  private Escaped() {}

  /**
   * @param cut the text in at most that many characters
   */
  static String fit(int most, IntFunction<String> cut, UnaryOperator<String> escape) {
    int room = most;
    String escaped = escape.apply(cut.apply(room));
    while (escaped.length() > most && room > 0) {
      room = Math.max(0, room - Math.max(1, (escaped.length() - most) / 5));
      escaped = escape.apply(cut.apply(room));
    }
    return escaped;
  }
}
