package io.holdfast.repository.backup;

import io.holdfast.repository.Extent;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.format.ContainerFormat;
import io.holdfast.repository.format.SectionFormat;

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
    if (path.length() > SectionFormat.MAX_PATH) {
      return "a path of more than " + SectionFormat.MAX_PATH + " bytes";
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

  /**
   * Whether a path lies below a file. Below a link it may: there lies what the link leads to, and
   * whoever restores decides where that goes.
   */
  static boolean isBelow(String path, String file) {
    return !file.isEmpty()
        && path.length() > file.length()
        && path.charAt(file.length()) == '/'
        && path.startsWith(file);
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
    if (file.target().length() > SectionFormat.MAX_PATH) {
      return "a target of more than " + SectionFormat.MAX_PATH + " bytes";
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
