package io.holdfast.postgres;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import org.jspecify.annotations.Nullable;

/** The server, or something that should be of its making, is not as it must be. */
public class PostgresException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  public PostgresException(String message, @Nullable String hint, @Nullable Throwable cause) {
    super(ExitStatus.SOURCE_FAILED, message, hint, cause);
  }
}
