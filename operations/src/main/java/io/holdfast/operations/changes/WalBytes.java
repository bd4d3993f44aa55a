package io.holdfast.operations.changes;

import io.holdfast.postgres.WalSegment;
import java.io.OutputStream;

/** Where WAL can be read again. */
@FunctionalInterface
public interface WalBytes {
  /**
   * Writes the segment from its beginning, as much of it as there is.
   *
   * @return false if there is nothing of it
   */
  boolean read(WalSegment segment, OutputStream to);
}
