package io.holdfast.repository;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of a backup. The length is the sum of its extents.
 *
 * @param path relative, '/'-joined, as raw bytes in ISO-8859-1 so that names in any encoding
 *     survive; "" is the root itself
 * @param mode permission bits, as in {@code 0600}
 * @param owner user and group names (not numbers: another machine numbers otherwise)
 * @param target of a link, "" otherwise; bytes in ISO-8859-1 like the path
 * @param attributes what later versions add; unknown keys are kept and ignored
 */
public record StoredFile(
    String path,
    Kind kind,
    int mode,
    String owner,
    String group,
    Instant modified,
    long length,
    String target,
    List<Extent> extents,
    Map<String, String> attributes) {
  /**
   * The order of the entries of a backup: component by component, each by its bytes; a directory
   * comes directly before its content. The order in which a tree is walked depth first.
   */
  public static final Comparator<String> PATH_ORDER = StoredFile::comparePaths;

  /** Kinds of entry, with the number by which they are stored. */
  public enum Kind {
    FILE(0),
    DIRECTORY(1),
    LINK(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /** The kind with this number; empty for one that this version does not know. */
    public static Optional<Kind> of(int code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findAny();
    }
  }

  public StoredFile {
    extents = List.copyOf(extents);
    attributes = Map.copyOf(attributes);
  }

  private static int comparePaths(String one, String other) {
    int shared = Math.min(one.length(), other.length());
    for (int i = 0; i < shared; i++) {
      int difference = rank(one.charAt(i)) - rank(other.charAt(i));
      if (difference != 0) {
        return difference;
      }
    }
    return one.length() - other.length();
  }

  /** A separator ends a component, so it is lower than every letter of a longer one. */
  private static int rank(char letter) {
    return letter == '/' ? -1 : letter;
  }
}
