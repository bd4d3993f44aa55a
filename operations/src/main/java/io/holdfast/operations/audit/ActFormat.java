package io.holdfast.operations.audit;

import io.holdfast.repository.RepositoryDamagedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of a record, version 1: what {@link Act} has, by the same names; times ISO-8601 in UTC.
 * {@code cluster}, {@code ended} and {@code run} are missing where there is none. Unknown fields
 * are ignored.
 */
public final class ActFormat {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int VERSION = 1;

  private ActFormat() {}

  static byte[] encode(Act act) {
    return MAPPER.writeValueAsBytes(json(act));
  }

  /** As it is stored, and shown to programs. */
  public static ObjectNode json(Act act) {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("version", VERSION)
            .put("id", act.id())
            .put("began", act.began().toString());
    act.ended().ifPresent(at -> json.put("ended", at.toString()));
    json.put("user", act.user())
        .put("host", act.host())
        .put("command", act.command())
        .put("line", act.line());
    act.cluster().ifPresent(cluster -> json.put("cluster", cluster));
    ArrayNode backups = json.putArray("backups");
    act.backups().forEach(backups::add);
    json.put("status", act.status()).put("program", act.program());
    if (!act.run().isEmpty()) {
      json.put("run", act.run());
    }
    return json;
  }

  /**
   * @throws RepositoryDamagedException if it is no record
   */
  static Act decode(String name, byte[] content) {
    try {
      JsonNode json = MAPPER.readTree(content);
      if (json.path("version").asInt(0) != VERSION) {
        throw damaged(name, "version " + json.path("version"), null);
      }
      List<String> backups = new ArrayList<>();
      json.path("backups").forEach(each -> backups.add(each.asString("")));
      return new Act(
          json.path("id").asString(""),
          Instant.parse(json.path("began").asString("")),
          Optional.ofNullable(json.path("ended").asString(null)).map(Instant::parse),
          json.path("user").asString(""),
          json.path("host").asString(""),
          json.path("command").asString(""),
          json.path("line").asString(""),
          Optional.ofNullable(json.path("cluster").asString(null)),
          backups,
          json.path("status").asInt(-1),
          json.path("program").asString(""),
          json.path("run").asString(""));
    } catch (JacksonException | DateTimeException e) {
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
  }

  static RepositoryDamagedException damaged(String name, String found, @Nullable Exception cause) {
    return new RepositoryDamagedException(
        "could not read the audit record " + name + ": expected what was done, found " + found,
        "A newer version of Holdfast may have written it, or somebody has changed it.",
        cause);
  }
}
