package io.holdfast.operations.wal;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds out how much of a segment's beginning its parts give. Parts may overlap: several small ones
 * are replaced by one that holds them all, and a kill in between leaves both.
 */
final class PartCover {
  private final List<WalItem.Part> chosen = new ArrayList<>();
  private long reached;

  /** The next part, ascending by beginning, then end. */
  void add(WalItem.Part part) {
    if (part.from() > reached || part.to() <= reached) {
      return;
    }
    // A part that begins no later than the last chosen one and reaches further makes it needless.
    while (!chosen.isEmpty() && chosen.getLast().from() >= part.from()) {
      chosen.removeLast();
    }
    chosen.add(part);
    reached = part.to();
  }

  /** Bytes of the segment from its start that are there without a hole. */
  long reached() {
    return reached;
  }

  /** Parts that give them, in order; each holds bytes that those before it do not. */
  List<WalItem.Part> chosen() {
    return chosen;
  }
}
