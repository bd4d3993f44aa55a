package io.holdfast.vocabulary;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every failure that a person is meant to read. The message says what was attempted on which thing,
 * what was expected and what was found (lower case, no full stop); the hint says the next step (a
 * sentence). Anything else that escapes a command is a bug and is shown as one.
 *
 * <p>Never put a secret into either text.
 */
public class HoldfastException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitStatus status;
  private final @Nullable String hint;

  public HoldfastException(ExitStatus status, String message) {
    this(status, message, null, null);
  }

  public HoldfastException(ExitStatus status, String message, @Nullable String hint) {
    this(status, message, hint, null);
  }

  public HoldfastException(
      ExitStatus status, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.hint = hint;
  }

  public final ExitStatus status() {
    return status;
  }

  public final Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
