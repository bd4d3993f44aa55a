package io.holdfast.api.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON Schemas of records: what is a component is a property, and nothing else is. */
final class Shapes {
  private final Map<String, Map<String, Object>> named = new TreeMap<>();

  /** Those of all records that were met, by name. */
  Map<String, Map<String, Object>> all() {
    return named;
  }

  void add(String name, Map<String, Object> shape) {
    named.put(name, shape);
  }

  static Map<String, Object> named(String name) {
    return OpenApi.ordered("$ref", "#/components/schemas/" + name);
  }

  /** All of them are there, and no others. */
  static Map<String, Object> object(Map<String, Object> properties) {
    return OpenApi.ordered(
        "type",
        "object",
        "additionalProperties",
        false,
        "required",
        List.copyOf(properties.keySet()),
        "properties",
        properties);
  }

  Map<String, Object> of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] inner = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? OpenApi.ordered("type", "array", "items", of(inner[0]))
          : OpenApi.ordered("type", "object", "additionalProperties", of(inner[1]));
    }
    if (type instanceof Class<?> known && known.isRecord()) {
      return record(known);
    }
    return plain(type);
  }

  private static Map<String, Object> plain(Type type) {
    if (type == String.class) {
      return OpenApi.ordered("type", "string");
    }
    if (type == Instant.class) {
      return OpenApi.ordered("type", "string", "format", "date-time");
    }
    if (type == boolean.class || type == Boolean.class) {
      return OpenApi.ordered("type", "boolean");
    }
    if (type == double.class || type == Double.class) {
      return OpenApi.ordered("type", "number");
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return OpenApi.ordered("type", "integer");
    }
    throw new IllegalArgumentException("no shape for " + type);
  }

  private Map<String, Object> record(Class<?> type) {
    String name = name(type);
    if (!named.containsKey(name)) {
      // Before its components, should one of them be of its own kind.
      named.put(name, Map.of());
      named.put(name, properties(type));
    }
    return named(name);
  }

  /** With that of the record that it lies in, for some have the same. */
  private static String name(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    return outer == null || !outer.isRecord()
        ? type.getSimpleName()
        : outer.getSimpleName() + type.getSimpleName();
  }

  private Map<String, Object> properties(Class<?> type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Map<String, Object> shape = of(component.getGenericType());
      boolean leftOut = isLeftOut(component);
      properties.put(
          component.getName(),
          isNullable(component.getAnnotatedType()) && !leftOut ? orNull(shape) : shape);
      if (!leftOut) {
        required.add(component.getName());
      }
    }
    return OpenApi.ordered(
        "type",
        "object",
        "additionalProperties",
        false,
        "required",
        required,
        "properties",
        properties);
  }

  private static boolean isNullable(AnnotatedType type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  private static boolean isLeftOut(RecordComponent component) {
    AnnotatedElement accessor = component.getAccessor();
    JsonInclude include = accessor.getAnnotation(JsonInclude.class);
    return include != null && include.value() == JsonInclude.Include.NON_NULL;
  }

  private static Map<String, Object> orNull(Map<String, Object> shape) {
    return OpenApi.ordered("anyOf", List.of(shape, Map.of("type", "null")));
  }
}
