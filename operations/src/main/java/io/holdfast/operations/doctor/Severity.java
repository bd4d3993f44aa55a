package io.holdfast.operations.doctor;

import java.util.Locale;

/** How bad a finding is, the least first. */
public enum Severity {
  OK,
  /** Works, but should be known. */
  NOTE,
  /** Nobody knows: something was in the way of looking. Never shown as well. */
  UNCHECKED,
  /** Works today, and is missed on the day when it is needed. */
  WARNING,
  /** Something that is configured cannot work, or something is lost already. */
  FAULT;

  /** For documents: stable. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
