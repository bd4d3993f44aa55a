package io.holdfast.operations.logical;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Reads fields and names the one that is missing. */
record JsonFields(JsonNode node) {
  private JsonNode needed(String name) {
    JsonNode field = node.path(name);
    if (field.isMissingNode() || field.isNull()) {
      throw new IllegalArgumentException("expected a field '" + name + "', found none");
    }
    return field;
  }

  JsonFields object(String name) {
    return new JsonFields(needed(name));
  }

  String text(String name) {
    return needed(name).asString();
  }

  Optional<String> optionalText(String name) {
    JsonNode field = node.path(name);
    return field.isString() ? Optional.of(field.asString()) : Optional.empty();
  }

  long number(String name) {
    JsonNode field = needed(name);
    if (!field.isIntegralNumber()) {
      throw new IllegalArgumentException("expected a number in '" + name + "', found " + field);
    }
    return field.longValue();
  }

  boolean yes(String name) {
    return needed(name).asBoolean();
  }

  <T> List<T> list(String name, Function<JsonFields, T> read) {
    List<T> result = new ArrayList<>();
    needed(name).forEach(item -> result.add(read.apply(new JsonFields(item))));
    return result;
  }

  List<String> texts(String name) {
    return list(name, item -> item.node().asString());
  }

  Map<String, String> textsByName(String name) {
    Map<String, String> result = new LinkedHashMap<>();
    needed(name)
        .properties()
        .forEach(entry -> result.put(entry.getKey(), entry.getValue().asString()));
    return result;
  }

  /** Texts by name, by name again; none if there is no such field. */
  Map<String, Map<String, String>> textsByNames(String name) {
    Map<String, Map<String, String>> result = new LinkedHashMap<>();
    JsonFields inner = new JsonFields(node.path(name));
    node.path(name).propertyNames().forEach(key -> result.put(key, inner.textsByName(key)));
    return result;
  }
}
