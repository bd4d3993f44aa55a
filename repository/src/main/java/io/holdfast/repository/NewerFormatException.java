package io.holdfast.repository;

import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** A newer program wrote it, by rules that this one does not know. Nothing is wrong with it. */
public final class NewerFormatException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  public NewerFormatException(ObjectKey object, String expected, Object found) {
    super(
        ExitStatus.REFUSED,
        "could not read " + object + ": expected " + expected + ", found " + found,
        "A newer Holdfast wrote it. Use that version.");
  }
}
