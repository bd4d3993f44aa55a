package io.holdfast.settings.document;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints maps, lists, texts, numbers and booleans, two spaces a level. */
final class Json {
  private Json() {}

  static String print(Object value) {
    return print(value, "") + "\n";
  }

  private static String print(Object value, String indent) {
    String deeper = indent + "  ";
    return switch (value) {
      case Map<?, ?> map when map.isEmpty() -> "{}";
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry ->
                  deeper + text(entry.getKey().toString()) + ": " + print(entry.getValue(), deeper))
              .collect(Collectors.joining(",\n", "{\n", "\n" + indent + "}"));
      case List<?> list ->
          list.stream()
              .map(each -> print(each, deeper))
              .collect(Collectors.joining(", ", "[", "]"));
      case String text -> text(text);
      case Number number -> number.toString();
      case Boolean bool -> bool.toString();
      default -> throw new IllegalArgumentException("not JSON: " + value.getClass());
    };
  }

  private static String text(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            quoted.append('\\').append((char) c);
          } else if (c < ' ') {
            quoted.append(String.format("\\u%04x", c));
          } else {
            quoted.append((char) c);
          }
        });
    return quoted.append('"').toString();
  }
}
