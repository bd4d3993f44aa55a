package io.holdfast.notifications;

import java.util.Locale;

/** How bad it is; the later, the worse. */
public enum Severity {
  /** Worth knowing. */
  INFO,
  /** Will become bad if nobody looks. */
  WARNING,
  /** Something that was to be done was not. */
  ERROR,
  /** Data may be lost, or cannot be restored. */
  CRITICAL;

  /** As people write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
