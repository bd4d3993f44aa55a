package io.holdfast.postgres;

/** The server no longer has the WAL that was asked for: a gap, unless another place has it. */
public final class WalRemovedException extends PostgresException {
  private static final long serialVersionUID = 1L;

  public WalRemovedException(String message, Throwable cause) {
    super(
        message,
        "The WAL archive has a gap here. Take a backup now: it starts a new recoverable window.",
        cause);
  }
}
