package io.holdfast.cli.terminal;

import java.io.PrintStream;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes one JSON document per line: times as ISO 8601 in UTC, absent values as null. */
final class Json {
  private Json() {}

  static void print(PrintStream out, Object document) {
    out.println(Holder.MAPPER.writeValueAsString(document));
    out.flush();
  }

  /** Most runs of the program print no JSON and need not pay for the mapper. */
  private static final class Holder {
    static final ObjectMapper MAPPER =
        JsonMapper.builder()
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();
  }
}
