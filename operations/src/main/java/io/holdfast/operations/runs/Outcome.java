package io.holdfast.operations.runs;

import io.holdfast.vocabulary.ExitStatus;
import java.util.Locale;
import java.util.Optional;

/** How a scheduled run ended. */
public enum Outcome {
  /** There was none: from this moment on the schedule counts. */
  SEEN,
  DONE,
  /** It ran to its end, and found a fault; again it would find the same. */
  NO,
  /** It failed; another attempt may not. */
  FAILED,
  /** It could not begin, and cannot as things are configured. */
  REFUSED,
  /** Nobody ran it in time. */
  MISSED,
  /** Somebody stopped it. */
  INTERRUPTED;

  public static Outcome of(ExitStatus status) {
    return switch (status) {
      case DONE -> DONE;
      case NO -> NO;
      case USAGE, REFUSED -> REFUSED;
      case UNVERIFIED, SOURCE_FAILED, REPOSITORY_FAILED, LEASE_HELD, BUG -> FAILED;
      case INTERRUPTED -> INTERRUPTED;
    };
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the moment it was due at needs nothing more. */
  public boolean last() {
    return this == DONE || this == NO || this == REFUSED || this == MISSED;
  }

  /** Whether somebody should look. */
  public boolean bad() {
    return this == NO || this == FAILED || this == REFUSED || this == MISSED;
  }

  static Optional<Outcome> of(String word) {
    for (Outcome outcome : values()) {
      if (outcome.word().equals(word)) {
        return Optional.of(outcome);
      }
    }
    return Optional.empty();
  }
}
