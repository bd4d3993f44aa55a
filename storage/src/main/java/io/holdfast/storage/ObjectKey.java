package io.holdfast.storage;

import java.util.regex.Pattern;

/**
 * The name of an object: segments of {@code [A-Za-z0-9._-]} joined by '/', none empty, none "." or
 * "..", at most 512 characters. The same on every kind of site.
 */
public record ObjectKey(String text) implements Comparable<ObjectKey> {
  private static final Pattern RULE =
      Pattern.compile("(?!.*(^|/)\\.\\.?(/|$))[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

  public ObjectKey {
    if (text.length() > 512 || !RULE.matcher(text).matches()) {
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
