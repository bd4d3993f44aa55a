package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/**
 * Who is to own restored files.
 *
 * @param user name
 * @param group name; "" for the user's own
 */
public record FileOwner(String user, String group) {
  /** Reads {@code USER[:GROUP]}. */
  public static FileOwner parse(String text) {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    if (user.isEmpty() || colon == text.length() - 1) {
      throw new HoldfastException(
          ExitStatus.USAGE, "'" + text + "' is not an owner", "Write USER or USER:GROUP.");
    }
    return new FileOwner(user, colon < 0 ? "" : text.substring(colon + 1));
  }
}
