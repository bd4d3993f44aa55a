package io.holdfast.vocabulary;

import java.util.regex.Pattern;

/** What the user calls one PostgreSQL server instance; part of object names, so plain by rule. */
public record ClusterName(String text) implements Comparable<ClusterName> {
  /** The rule as a regular expression. */
  public static final String FORM = "[a-z0-9][a-z0-9_-]{0,62}";

  private static final Pattern RULE = Pattern.compile(FORM);

  public ClusterName {
    if (!RULE.matcher(text).matches()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "'" + text + "' is not a cluster name",
          "Use 1 to 63 lower-case letters, digits, '-' and '_', starting with a letter or digit.");
    }
  }

  @Override
  public int compareTo(ClusterName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
