package io.holdfast.settings.options;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** What a plan, a schedule, a channel or a token may be called: parts of keys and addresses. */
final class ChosenName {
  static final String FORM = "[a-z0-9][a-z0-9_-]{0,39}";

  private static final String RULE =
      "Use 1 to 40 lower-case letters, digits, '_' and '-', starting with a letter or digit.";

  private ChosenName() {}

  /**
   * @param owner "a plan"
   * @throws HoldfastException (usage) if it is none
   */
  static String of(String owner, String text) {
    return of(owner, text, "");
  }

  /**
   * @param more what else is to be known where it is none
   */
  static String of(String owner, String text, String more) {
    if (!text.matches(FORM)) {
      throw none(owner, text, more);
    }
    return text;
  }

  static HoldfastException none(String owner, String text, String more) {
    return new HoldfastException(
        ExitStatus.USAGE, "'" + text + "' is not a name of " + owner, RULE + more);
  }
}
