package io.holdfast.operations.backup;

import io.holdfast.repository.Extent;
import io.holdfast.repository.Extent.Hole;
import io.holdfast.repository.Extent.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Goes through the extents of a file from front to back and cuts them where it is told to. */
final class ExtentCursor {
  private final List<Extent> extents;
  private long position;
  private int index;
  private long into;

  /**
   * @param start where in the file the first extent begins
   */
  ExtentCursor(List<Extent> extents, long start) {
    this.extents = extents;
    this.position = start;
  }

  /** Where in the file the next part begins. */
  long position() {
    return position;
  }

  /** Hands over everything before {@code end} that was not passed yet. */
  void upTo(long end, Consumer<Extent> parts) {
    while (position < end && index < extents.size()) {
      Extent extent = extents.get(index);
      long part = Math.min(extent.length() - into, end - position);
      parts.accept(part(extent, part));
      position += part;
      into += part;
      if (into == extent.length()) {
        index++;
        into = 0;
      }
    }
  }

  List<Extent> upTo(long end) {
    List<Extent> parts = new ArrayList<>();
    upTo(end, parts::add);
    return parts;
  }

  void skipTo(long end) {
    upTo(end, part -> {});
  }

  private Extent part(Extent extent, long length) {
    return switch (extent) {
      case Hole hole -> hole.length() == length ? hole : new Hole(length);
      case Slice slice when slice.length() == length -> slice;
      case Slice slice -> new Slice(length, slice.chunk(), slice.offset() + (int) into);
    };
  }
}
