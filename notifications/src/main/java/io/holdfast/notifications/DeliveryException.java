package io.holdfast.notifications;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message did not arrive, as far as anybody knows. Has no cause: the exceptions of protocols
 * quote addresses, and addresses hold secrets.
 */
public final class DeliveryException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final boolean hopeless;
  private final @Nullable Duration retryAfter;

  private DeliveryException(
      String message, String hint, boolean hopeless, @Nullable Duration retryAfter) {
    super(ExitStatus.NO, message, hint);
    this.hopeless = hopeless;
    this.retryAfter = retryAfter;
  }

  /** It may arrive at another time. */
  public static DeliveryException passing(String message, String hint) {
    return new DeliveryException(message, hint, false, null);
  }

  /** The receiver says when to come again. */
  public static DeliveryException busy(String message, Duration retryAfter) {
    return new DeliveryException(
        message, "It is sent again when the receiver wants it.", false, retryAfter);
  }

  /** It will never arrive in this form: somebody has to mend something. */
  public static DeliveryException hopeless(String message, String hint) {
    return new DeliveryException(message, hint, true, null);
  }

  /** Whether trying again as it is would be in vain. */
  public boolean isHopeless() {
    return hopeless;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
