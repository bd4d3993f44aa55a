package io.holdfast.postgres.agentless;

import io.holdfast.postgres.session.ServerText;
import java.util.ArrayList;
import java.util.List;

/**
 * A path in a question to the server. A text parameter is converted from UTF-8 to the encoding of
 * the database, which keeps the bytes of ASCII only; any other name is told as bytes, and found by
 * the server in its own listing.
 *
 * @param expression SQL of a text; null on the server if there is no such file
 */
record SqlPath(String expression, List<Object> parameters) {
  static boolean isPlain(String raw) {
    return raw.chars().allMatch(c -> c < 0x80);
  }

  /**
   * @param raw bytes in ISO-8859-1; "" for the data directory
   */
  static SqlPath of(String raw) {
    if (raw.isEmpty()) {
      return new SqlPath("?::text", List.of("."));
    }
    if (isPlain(raw)) {
      return new SqlPath("?::text", List.of(raw));
    }
    String expression = raw.startsWith("/") ? "''::text" : "'.'::text";
    List<Object> parameters = new ArrayList<>();
    for (String name : raw.substring(raw.startsWith("/") ? 1 : 0).split("/", -1)) {
      if (isPlain(name)) {
        expression = expression + " || '/' || ?::text";
        parameters.add(name);
      } else {
        expression = found(expression);
        parameters.add(name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return new SqlPath(expression, parameters);
  }

  private static String found(String directory) {
    return "(SELECT d.path || '/' || l.name FROM (SELECT "
        + directory
        + " AS path) AS d, LATERAL pg_ls_dir(d.path, true, false) AS l(name) WHERE "
        + ServerText.bytes("l.name")
        + " = ?)";
  }

  /** The parameters of a question that has this path first. */
  Object[] and(Object... more) {
    List<Object> all = new ArrayList<>(parameters);
    all.addAll(List.of(more));
    return all.toArray();
  }
}
