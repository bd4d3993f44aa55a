package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** The thread was asked to end. */
final class Interrupted extends HoldfastException {
  private static final long serialVersionUID = 1L;

  Interrupted(InterruptedException cause) {
    super(
        ExitStatus.INTERRUPTED,
        "the restore was interrupted",
        "Restore again with --delta to continue.",
        cause);
  }
}
