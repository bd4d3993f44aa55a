package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** What is to be restored does not fit: which says nothing about the backup. */
public final class TooLittleSpaceException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  TooLittleSpaceException(String message, String hint) {
    super(ExitStatus.REFUSED, message, hint);
  }
}
