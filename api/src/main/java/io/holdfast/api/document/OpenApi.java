package io.holdfast.api.document;

import io.holdfast.api.Right;
import io.holdfast.api.answer.Parameter;
import io.holdfast.api.answer.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** OpenAPI 3.1, made from the declared requests and the records that answer them. */
public final class OpenApi {
  private static final Map<String, String> FAILURES =
      Map.of(
          "400", "What stands behind the '?' has another form.",
          "401", "No token, or none that is known.",
          "403", "The token may read only.",
          "404", "There is no such thing.",
          "409", "It cannot be done as things are.",
          "429", "Too many requests; Retry-After says when to come again.",
          "503", "The repository cannot be read, or too much is asked at once.",
          "504", "It took too long.");

  private final Shapes shapes = new Shapes();

  private OpenApi() {}

  /**
   * @param version of the program
   */
  public static Map<String, Object> of(List<Route> routes, String version) {
    return new OpenApi().document(routes, version);
  }

  private Map<String, Object> document(List<Route> routes, String version) {
    Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
    for (Route route : routes) {
      paths
          .computeIfAbsent(route.path(), path -> new LinkedHashMap<>())
          .put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
    }
    shapes.add("Failure", Failure.SHAPE);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("openapi", "3.1.0");
    document.put(
        "info",
        ordered(
            "title", "Holdfast",
            "version", version,
            "description", "Backups of PostgreSQL: what there is, and what runs when."));
    document.put("security", List.of(Map.of("token", List.of())));
    document.put("paths", paths);
    document.put(
        "components",
        ordered(
            "securitySchemes",
            Map.of("token", ordered("type", "http", "scheme", "bearer")),
            "schemas",
            shapes.all()));
    return document;
  }

  private Map<String, Object> operation(Route route) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("summary", route.summary());
    operation.put(
        "description", route.needs() == Right.READ ? "Any token." : "A token that may 'operate'.");
    List<Object> parameters = new ArrayList<>();
    route.parts().forEach(each -> parameters.add(parameter(each, "path")));
    route.query().forEach(each -> parameters.add(parameter(each, "query")));
    operation.put("parameters", parameters);
    Map<String, Object> responses = new LinkedHashMap<>();
    responses.put(Integer.toString(route.status()), response("Done.", shapes.of(route.answer())));
    FAILURES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each ->
            responses.put(each.getKey(), response(each.getValue(), Shapes.named("Failure"))));
    operation.put("responses", responses);
    return operation;
  }

  private static Map<String, Object> parameter(Parameter parameter, String in) {
    return ordered(
        "name", parameter.word(),
        "in", in,
        "required", in.equals("path"),
        "description", parameter.meaning(),
        "schema", ordered("type", "string", "pattern", "^(" + parameter.form() + ")$"));
  }

  private static Map<String, Object> response(String meaning, Map<String, Object> schema) {
    return ordered(
        "description", meaning, "content", Map.of("application/json", Map.of("schema", schema)));
  }

  /** Pairs of a word and what belongs to it. */
  static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int at = 0; at < pairs.length; at += 2) {
      map.put((String) pairs[at], pairs[at + 1]);
    }
    return map;
  }
}
