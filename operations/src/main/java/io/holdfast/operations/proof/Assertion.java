package io.holdfast.operations.proof;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement of the user's about his data.
 *
 * @param sql a query for one true or false; {@code :target} in it is the moment that the copy shows
 */
public record Assertion(String database, String name, String sql) {
  private static final Pattern TARGET = Pattern.compile("(?<![:\\w]):target\\b");

  String asked(Instant target) {
    return TARGET.matcher(sql).replaceAll(Matcher.quoteReplacement("TIMESTAMPTZ '" + target + "'"));
  }
}
