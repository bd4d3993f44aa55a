package io.holdfast.repository.format;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON read field by field: what is unknown is ignored, what is missing or of another type is a
 * {@link MalformedException} that says so.
 */
public final class JsonText {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final JsonNode node;
  private final String at;

  private JsonText(JsonNode node, String at) {
    this.node = node;
    this.at = at;
  }

  public static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  public static JsonText parse(byte[] text) {
    try {
      return of(MAPPER.readTree(text), "");
    } catch (JacksonException e) {
      throw new MalformedException("a JSON text", e.getOriginalMessage());
    }
  }

  public static JsonText of(JsonNode node, String at) {
    if (!node.isObject()) {
      throw new MalformedException("a JSON object" + (at.isEmpty() ? "" : " at " + at), "none");
    }
    return new JsonText(node, at);
  }

  public static byte[] compact(ObjectNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  /** Indented, for people, ending in a line feed. */
  public static byte[] readable(ObjectNode node) {
    byte[] text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    return line;
  }

  public JsonNode node(String field) {
    return node.path(field);
  }

  public boolean has(String field) {
    return node.hasNonNull(field);
  }

  public String string(String field) {
    JsonNode value = node.path(field);
    if (!value.isString()) {
      throw wrong(field, "a text");
    }
    return value.stringValue();
  }

  public Optional<String> optionalString(String field) {
    return has(field) ? Optional.of(string(field)) : Optional.empty();
  }

  public long number(String field) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw wrong(field, "a number from 0");
    }
    return value.longValue();
  }

  public int integer(String field) {
    long value = number(field);
    if (value > Integer.MAX_VALUE) {
      throw wrong(field, "a number below 2^31");
    }
    return (int) value;
  }

  public Instant instant(String field) {
    try {
      return Instant.parse(string(field));
    } catch (DateTimeException e) {
      throw wrong(field, "a moment");
    }
  }

  public UUID uuid(String field) {
    String text = string(field);
    try {
      UUID id = UUID.fromString(text);
      // fromString also takes short forms; they are never written.
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw wrong(field, "a UUID");
  }

  /** The elements of an array, each an object. */
  public List<JsonText> objects(String field) {
    JsonNode value = node.path(field);
    if (!value.isArray()) {
      throw wrong(field, "a list");
    }
    return value.valueStream().map(each -> of(each, at + field + "[]")).toList();
  }

  /** The elements of an array, each a text. */
  public List<String> strings(String field) {
    JsonNode value = node.path(field);
    if (!value.isArray() || value.valueStream().anyMatch(each -> !each.isString())) {
      throw wrong(field, "a list of texts");
    }
    return value.valueStream().map(JsonNode::stringValue).toList();
  }

  private MalformedException wrong(String field, String expected) {
    JsonNode value = node.path(field);
    String found = value.isMissingNode() ? "nothing" : value.toString();
    return new MalformedException(
        expected + " in \"" + at + field + "\"",
        found.length() > 80 ? found.substring(0, 80) + "…" : found);
  }
}
