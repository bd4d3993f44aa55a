package io.holdfast.api.answer;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is answered with a failure; its words are ours, never the request's. */
public final class RefusalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String hint;

  public RefusalException(int status, String message, @Nullable String hint) {
    super(message, null, false, false);
    this.status = status;
    this.hint = hint;
  }

  static RefusalException notThere(String what, String hint) {
    return new RefusalException(404, "there is no such " + what, hint);
  }

  public int status() {
    return status;
  }

  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
