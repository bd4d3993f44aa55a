package io.holdfast.operations.proof;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** Something is in the way that says nothing about the backup. */
final class CouldNotVerifyException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  CouldNotVerifyException(String why) {
    super(ExitStatus.UNVERIFIED, why);
  }
}
