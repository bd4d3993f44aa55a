package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Page;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look at the set-up found.
 *
 * @param subject what was looked at
 * @param fix what mends it, to be typed as it is where that is possible
 */
record Finding(Level level, String subject, String found, @Nullable String fix) {
  /** How bad it is. */
  enum Level {
    OK,
    /** Works, but should be known. */
    NOTE,
    /** Something that is configured cannot work. */
    FAULT
  }

  static Finding ok(String subject, String found) {
    return new Finding(Level.OK, subject, found, null);
  }

  static Finding note(String subject, String found, @Nullable String fix) {
    return new Finding(Level.NOTE, subject, found, fix);
  }

  static Finding fault(String subject, String found, @Nullable String fix) {
    return new Finding(Level.FAULT, subject, found, fix);
  }

  static Finding fault(String subject, HoldfastException failure) {
    return fault(subject, String.valueOf(failure.getMessage()), failure.hint().orElse(null));
  }

  static boolean anyFault(List<Finding> findings) {
    return findings.stream().anyMatch(finding -> finding.level() == Level.FAULT);
  }

  void print(Page page) {
    String mark =
        switch (level) {
          case OK -> "ok   ";
          case NOTE -> "note ";
          case FAULT -> "FAULT";
        };
    page.line(mark + "  " + subject + ": " + found);
    if (fix != null) {
      fix.lines().forEach(line -> page.line("         " + line));
    }
  }
}
