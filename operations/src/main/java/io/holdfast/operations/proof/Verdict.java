package io.holdfast.operations.proof;

import io.holdfast.vocabulary.ExitStatus;
import java.util.Locale;

/** What a proof came to. What was skipped or could not be looked at is never {@link #PASSED}. */
public enum Verdict {
  PASSED,
  FAILED,
  /** Nobody knows: something was in the way that says nothing about the backup. */
  UNVERIFIED;

  public ExitStatus status() {
    return switch (this) {
      case PASSED -> ExitStatus.DONE;
      case FAILED -> ExitStatus.NO;
      case UNVERIFIED -> ExitStatus.UNVERIFIED;
    };
  }

  /** For documents and names: stable. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** For people. */
  public String said() {
    return this == UNVERIFIED ? "could not verify" : word();
  }
}
