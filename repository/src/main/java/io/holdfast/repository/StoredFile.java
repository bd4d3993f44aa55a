package io.holdfast.repository;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One entry of a backup. The length is the sum of its extents.
 *
 * @param path relative, '/'-joined, as raw bytes in ISO-8859-1 so that names in any encoding
 *     survive
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
  /** Kinds of entry, with the number by which they are stored. */
  public enum Kind {
    FILE,
    DIRECTORY,
    LINK
  }

  public StoredFile {
    extents = List.copyOf(extents);
    attributes = Map.copyOf(attributes);
  }
}
