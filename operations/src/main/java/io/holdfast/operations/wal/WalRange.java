package io.holdfast.operations.wal;

import io.holdfast.postgres.Lsn;

/**
 * WAL of one timeline without a hole: from the first byte up to, not including, the last.
 *
 * @param partialTail whether its end comes from parts: the segment under way, or a timeline's last
 */
public record WalRange(int timeline, Lsn from, Lsn to, boolean partialTail) {
  public boolean contains(Lsn lsn) {
    return !lsn.isBefore(from) && lsn.isBefore(to);
  }

  public long bytes() {
    return to.minus(from);
  }
}
