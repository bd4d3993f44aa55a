package io.holdfast.operations.backup;

import io.holdfast.repository.Extent;
import io.holdfast.repository.Extent.Hole;
import io.holdfast.repository.Extent.Slice;
import java.util.List;

/**
 * Puts extents one behind the other so that two which say one thing become one. What was cut to be
 * worked on in parts then is listed as it was before, and a file that did not change looks the same
 * in every backup.
 */
final class ExtentJoin {
  private ExtentJoin() {}

  static void append(List<Extent> extents, Extent next) {
    if (extents.isEmpty()) {
      extents.add(next);
      return;
    }
    switch (extents.getLast()) {
      case Hole last when next instanceof Hole hole ->
          extents.set(extents.size() - 1, new Hole(last.length() + hole.length()));
      case Slice last when next instanceof Slice slice && follows(last, slice) ->
          extents.set(
              extents.size() - 1,
              new Slice(last.length() + slice.length(), last.chunk(), last.offset()));
      default -> extents.add(next);
    }
  }

  private static boolean follows(Slice last, Slice next) {
    return last.offset() + last.length() == next.offset() && last.chunk().equals(next.chunk());
  }
}
