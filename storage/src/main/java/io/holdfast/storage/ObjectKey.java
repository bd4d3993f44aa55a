package io.holdfast.storage;

import java.util.regex.Pattern;

/**
 * The name of an object: segments of {@code [A-Za-z0-9._-]} joined by '/', none empty, none "." or
 * "..", each at most 200 characters, at most 512 together and at most 400 before the last. The same
 * on every kind of site; the last bound leaves room to name unfinished writes beside the object.
 *
 * <p>No key may be a whole-path prefix of another one ({@code a} and {@code a/b}): a site of files
 * refuses the second.
 */
public record ObjectKey(String text) implements Comparable<ObjectKey> {
  private static final Pattern RULE =
      Pattern.compile("(?!.*(^|/)\\.\\.?(/|$))[A-Za-z0-9._-]{1,200}(/[A-Za-z0-9._-]{1,200})*");

  public ObjectKey {
    if (text.length() > 512 || text.lastIndexOf('/') > 400 || !RULE.matcher(text).matches()) {
      throw new IllegalArgumentException("not an object key: '" + text + "'");
    }
  }

  public static ObjectKey of(String text) {
    return new ObjectKey(text);
  }

  public ObjectKey child(String name) {
    return new ObjectKey(text + "/" + name);
  }

  /** The last segment. */
  public String name() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  @Override
  public int compareTo(ObjectKey other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
