package io.holdfast.api.document;

import java.util.List;
import java.util.Map;

/** The shape of every failure. */
final class Failure {
  static final Map<String, Object> SHAPE =
      Shapes.object(
          Map.of(
              "error",
              Shapes.object(
                  OpenApi.ordered(
                      "status", Map.of("type", "integer"),
                      "message", Map.of("type", "string"),
                      "hint", Map.of("type", List.of("string", "null"))))));

  private Failure() {}
}
