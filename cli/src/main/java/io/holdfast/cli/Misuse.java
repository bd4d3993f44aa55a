package io.holdfast.cli;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that could not be understood. */
final class Misuse {
  private Misuse() {}

  static HoldfastException of(ParameterException failure) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    StringBuilder hint = new StringBuilder();
    if (failure instanceof UnmatchedArgumentException unmatched) {
      List<String> near = unmatched.getSuggestions();
      if (!near.isEmpty()) {
        hint.append("Did you mean ").append(String.join(" or ", near)).append("? ");
      }
    }
    hint.append("'").append(command).append(" --help' lists what there is.");
    return new HoldfastException(ExitStatus.USAGE, message(failure), hint.toString());
  }

  private static String message(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return "there is no command, option or further argument '"
          + unmatched.getUnmatched().getFirst()
          + "'";
    }
    String text = String.valueOf(failure.getMessage()).strip();
    boolean sentence = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return sentence ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
  }
}
