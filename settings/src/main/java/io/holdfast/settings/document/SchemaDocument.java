package io.holdfast.settings.document;

import io.holdfast.settings.options.HoldfastYaml;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The JSON Schema of the file, for editors. */
public final class SchemaDocument {
  private SchemaDocument() {}

  public static String text() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "holdfast.yaml");
    schema.put("description", HoldfastYaml.ROOT.meaning());
    schema.putAll(HoldfastYaml.ROOT.schema());
    return Json.print(ordered(schema));
  }

  /** Types give maps without an order; the document must be the same each time. */
  private static Object ordered(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    Map<String, Object> ordered =
        map instanceof LinkedHashMap ? new LinkedHashMap<>() : new TreeMap<>();
    map.forEach((key, each) -> ordered.put(key.toString(), ordered(each)));
    return ordered;
  }
}
