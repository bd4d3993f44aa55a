package io.holdfast.embedded;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** Somebody else listens there. */
final class PortTakenException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  PortTakenException(String message) {
    super(ExitStatus.SOURCE_FAILED, message, "Choose another port, or 0 for one that is free.");
  }
}
