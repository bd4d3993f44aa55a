package io.holdfast.repository.backup;

import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.format.ContainerFormat;

/**
 * What every entry of a backup keeps to, written and read: a path that stays below the root, and
 * extents that make up the length.
 */
final class EntryRules {
  private EntryRules() {}

  /** What is wrong with the path, or "". */
  static String fault(String path) {
    if (path.isEmpty()) {
      return "";
    }
    for (String component : path.split("/", -1)) {
      if (component.isEmpty() || component.equals(".") || component.equals("..")) {
        return "a component '" + component + "'";
      }
    }
    return path.chars().anyMatch(letter -> letter == 0 || letter > 0xFF)
        ? "a character that is no byte of a name"
        : "";
  }

  /** What is wrong with the entry, or "". */
  static String fault(StoredFile file) {
    String path = fault(file.path());
    if (!path.isEmpty()) {
      return path;
    }
    if (file.kind() != StoredFile.Kind.FILE && (file.length() != 0 || !file.extents().isEmpty())) {
      return "a " + file.kind() + " with content";
    }
    if ((file.kind() == StoredFile.Kind.LINK) == file.target().isEmpty()) {
      return "a " + file.kind() + " with target '" + file.target() + "'";
    }
    long length = 0;
    for (Extent extent : file.extents()) {
      if (extent.length() <= 0 || !fits(extent)) {
        return "an extent beyond its chunk";
      }
      length += extent.length();
      if (length < 0) {
        return "extents of more bytes than can be counted";
      }
    }
    return length == file.length()
        ? ""
        : "extents of " + length + " bytes for a length of " + file.length();
  }

  private static boolean fits(Extent extent) {
    return switch (extent) {
      case Extent.Hole hole -> true;
      case Extent.Slice slice ->
          slice.offset() >= 0
              && slice.chunk().rawLength() <= ContainerFormat.MAX_RAW
              && slice.length() <= slice.chunk().rawLength() - slice.offset();
    };
  }
}
