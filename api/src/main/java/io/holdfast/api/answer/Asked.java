package io.holdfast.api.answer;

import java.util.Map;
import java.util.Optional;

/**
 * One request, as far as it matters for the answer. All of it has the form that {@link Parameter}
 * says.
 *
 * @param path the variable parts of it
 * @param query at most one value for each
 * @param by the name of the token
 */
public record Asked(Map<String, String> path, Map<String, String> query, String by) {
  String part(Parameter parameter) {
    return path.getOrDefault(parameter.word(), "");
  }

  Optional<String> said(Parameter parameter) {
    return Optional.ofNullable(query.get(parameter.word()));
  }
}
