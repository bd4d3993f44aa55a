package io.holdfast.operations.wal;

import io.holdfast.postgres.WalSegment;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;

/** A part went away while it was needed: a receiver has put the whole segment in its place. */
public final class PartsChangedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  PartsChangedException(WalSegment segment) {
    super(
        ExitStatus.REPOSITORY_FAILED,
        "could not read the parts of WAL segment " + segment.name() + ": one is gone since listing",
        "A running receiver has just replaced them; ask again.");
  }
}
