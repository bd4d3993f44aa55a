package io.holdfast.operations.backup;

/** What WAL said of the changes is not to be believed; the message says why. */
final class DistrustException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String why;

  DistrustException(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
