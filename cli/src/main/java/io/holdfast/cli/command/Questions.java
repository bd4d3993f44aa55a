package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Console;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks the person at the terminal for what the command line did not say. */
final class Questions {
  private final Console console;
  private final boolean allowed;
  private final BufferedReader in;

  /**
   * @param allowed whether to ask at all, if there is anybody
   */
  Questions(Console console, boolean allowed) {
    this.console = console;
    this.allowed = allowed && console.interactive();
    this.in =
        new BufferedReader(new InputStreamReader(console.streams().in(), StandardCharsets.UTF_8));
  }

  /**
   * What was given, or what the person says; an empty line takes the proposal.
   *
   * @throws HoldfastException (usage) naming the option, if there is nobody to ask
   */
  String answer(@Nullable String given, String option, String question, String proposal) {
    if (given != null) {
      return given;
    }
    if (!allowed) {
      if (option.equals("--cluster")) {
        return proposal;
      }
      throw new HoldfastException(
          ExitStatus.USAGE,
          "missing option: " + option,
          "There is nobody to ask. For example: " + option + " '" + proposal + "'");
    }
    console.streams().err().print(question + " [" + proposal + "]: ");
    console.streams().err().flush();
    try {
      String line = in.readLine();
      if (line == null) {
        throw new HoldfastException(
            ExitStatus.USAGE, "the input ended before the questions", "Give " + option + ".");
      }
      return line.isBlank() ? proposal : line.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
