package io.holdfast.settings.document;

import io.holdfast.settings.options.HoldfastYaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schema of the file, for editors. */
public final class SchemaDocument {
  /** Types give their keywords in no order; the document must be the same each time. */
  private static final List<String> KEYWORDS =
      List.of(
          "$schema",
          "title",
          "description",
          "type",
          "enum",
          "pattern",
          "minLength",
          "minimum",
          "maximum",
          "minItems",
          "items",
          "default",
          "additionalProperties",
          "minProperties",
          "maxProperties",
          "required",
          "properties",
          "patternProperties");

  private SchemaDocument() {}

  public static String text() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "holdfast.yaml");
    schema.put("description", HoldfastYaml.ROOT.meaning());
    schema.putAll(HoldfastYaml.ROOT.schema());
    return Json.print(ordered(schema));
  }

  private static Object ordered(Object value) {
    if (!(value instanceof Map<?, ?> schema)) {
      return value;
    }
    if (!KEYWORDS.containsAll(schema.keySet())) {
      throw new IllegalStateException("a keyword without a place in the order: " + schema.keySet());
    }
    Map<String, Object> ordered = new LinkedHashMap<>();
    for (String keyword : KEYWORDS) {
      Object found = schema.get(keyword);
      if (found instanceof Map<?, ?> named && keyword.endsWith("roperties")) {
        ordered.put(keyword, eachOrdered(named));
      } else if (found != null) {
        ordered.put(keyword, ordered(found));
      }
    }
    return ordered;
  }

  /** The names of options keep the order in which they are declared. */
  private static Map<String, Object> eachOrdered(Map<?, ?> named) {
    Map<String, Object> each = new LinkedHashMap<>();
    named.forEach((name, schema) -> each.put(name.toString(), ordered(schema)));
    return each;
  }
}
