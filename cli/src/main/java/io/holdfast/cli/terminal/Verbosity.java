package io.holdfast.cli.terminal;

/** How much the user wants to see, and in which form. */
public interface Verbosity {
  /** One JSON object on stdout instead of text. */
  boolean json();

  /** Nothing on stderr but warnings and failures. */
  boolean quiet();
}
