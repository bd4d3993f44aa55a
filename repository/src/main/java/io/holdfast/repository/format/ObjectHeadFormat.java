package io.holdfast.repository.format;

import io.holdfast.repository.SealedObject;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Head of a sealed object, format 1: a JSON object in frame 0 (purpose head) of a container of kind
 * object. Frames 1 … hold the content (purpose data), each but the last {@link #FRAME} bytes.
 *
 * <pre>
 * length      of the content
 * sha256      of the content, lower-case hex
 * attributes  texts by name
 * </pre>
 */
public final class ObjectHeadFormat {
  /** Content of a data frame. */
  public static final int FRAME = 1 << 20;

  /** The largest head. */
  public static final int MAX_HEAD = 16 << 10;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private ObjectHeadFormat() {}

  public static byte[] encode(SealedObject head) {
    ObjectNode json = JsonText.newObject();
    json.put("length", head.length());
    json.put("sha256", head.sha256());
    ObjectNode attributes = json.putObject("attributes");
    head.attributes().forEach(attributes::put);
    byte[] text = JsonText.compact(json);
    if (text.length > MAX_HEAD) {
      throw new IllegalArgumentException(
          "attributes of " + text.length + " bytes are too many for " + head.name());
    }
    return text;
  }

  public static SealedObject decode(String name, byte[] text) {
    JsonText json = JsonText.parse(text);
    String sha256 = json.string("sha256");
    if (!SHA256.matcher(sha256).matches()) {
      throw new MalformedException("a SHA-256 in hex", "'" + sha256 + "'");
    }
    Map<String, String> attributes = new HashMap<>();
    for (Map.Entry<String, JsonNode> each : json.node("attributes").properties()) {
      attributes.put(each.getKey(), each.getValue().asString());
    }
    return new SealedObject(name, json.number("length"), sha256, attributes);
  }
}
