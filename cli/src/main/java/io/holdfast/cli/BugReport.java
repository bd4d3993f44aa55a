package io.holdfast.cli;

import io.holdfast.cli.wiring.Build;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * What is printed for a failure nobody foresaw. Names commands and options but none of their
 * values, for those may be secret.
 */
final class BugReport {
  private BugReport() {}

  static void print(PrintStream err, Throwable failure, ParseResult parsed) {
    err.println("---- report from here ----");
    err.println("holdfast " + Build.version() + ", Java " + Runtime.version());
    err.println(
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    err.println("command: " + command(parsed));
    failure.printStackTrace(err);
    err.println("---- to here ----");
  }

  static HoldfastException summary(Throwable failure) {
    return new HoldfastException(
        ExitStatus.BUG,
        "this is a fault in Holdfast itself: " + failure,
        "Please report the lines between the marks. What was stored before stays as it was:"
            + " 'holdfast verify' tells.",
        failure);
  }

  private static String command(ParseResult parsed) {
    StringBuilder text = new StringBuilder();
    List<ParseResult> levels =
        parsed.asCommandLineList().stream().map(c -> c.getParseResult()).toList();
    for (ParseResult level : levels) {
      text.append(text.isEmpty() ? "" : " ").append(level.commandSpec().name());
      level.matchedOptions().forEach(option -> text.append(' ').append(option.longestName()));
    }
    return text.toString();
  }
}
