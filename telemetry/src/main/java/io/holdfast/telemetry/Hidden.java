package io.holdfast.telemetry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Headers carry tokens: their values appear nowhere. */
record Hidden(List<String> values) {
  static Hidden of(Map<String, String> environment) {
    List<String> values = new ArrayList<>();
    environment.forEach((name, value) -> {
      if (name.startsWith("OTEL_") && name.endsWith("_HEADERS")) {
        values.add(value);
        for (String header : value.split(",", -1)) {
          String own = header.substring(header.indexOf('=') + 1).strip();
          values.add(own);
          values.add(decoded(own));
        }
      }
    });
    values.removeIf(String::isBlank);
    values.sort(Comparator.comparingInt(String::length).reversed());
    return new Hidden(List.copyOf(values));
  }

  /** As it is sent; as it was, if it is no percent encoding. */
  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  String in(String text) {
    String shown = text;
    for (String value : values) {
      shown = shown.replace(value, "(hidden)");
    }
    return shown;
  }
}
