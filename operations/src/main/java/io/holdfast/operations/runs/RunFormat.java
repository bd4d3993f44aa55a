package io.holdfast.operations.runs;

import io.holdfast.repository.RepositoryDamagedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of a run, version 1: what {@link Run} has, by the same names; times ISO-8601 in UTC.
 * {@code cluster} is missing where it concerns none alone. Unknown fields are ignored.
 */
public final class RunFormat {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int VERSION = 1;

  private RunFormat() {}

  static byte[] encode(Run run) {
    return MAPPER.writeValueAsBytes(json(run));
  }

  /** As it is stored, and shown to programs. */
  public static ObjectNode json(Run run) {
    ObjectNode json =
        MAPPER.createObjectNode().put("version", VERSION).put("schedule", run.job().schedule());
    run.job().cluster().ifPresent(cluster -> json.put("cluster", cluster));
    return json.put("id", run.id())
        .put("due", run.due().toString())
        .put("began", run.began().toString())
        .put("ended", run.ended().toString())
        .put("attempt", run.attempt())
        .put("passedOver", run.passedOver())
        .put("outcome", run.outcome().word())
        .put("status", run.status())
        .put("command", run.command())
        .put("host", run.host())
        .put("program", run.program())
        .put("said", run.said());
  }

  /**
   * @throws RepositoryDamagedException if it is no run
   */
  static Run decode(String name, byte[] content) {
    try {
      JsonNode json = MAPPER.readTree(content);
      if (json.path("version").asInt(0) != VERSION) {
        throw damaged(name, "version " + json.path("version"), null);
      }
      return new Run(
          new JobName(
              json.path("schedule").asString(""),
              Optional.ofNullable(json.path("cluster").asString(null))),
          Instant.parse(json.path("due").asString("")),
          Instant.parse(json.path("began").asString("")),
          Instant.parse(json.path("ended").asString("")),
          json.path("attempt").asInt(0),
          json.path("passedOver").asInt(0),
          Outcome.of(json.path("outcome").asString(""))
              .orElseThrow(() -> damaged(name, "no outcome", null)),
          json.path("status").asInt(-1),
          json.path("command").asString(""),
          json.path("host").asString(""),
          json.path("program").asString(""),
          json.path("said").asString(""),
          json.path("id").asString(""));
    } catch (JacksonException | DateTimeException e) {
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static RepositoryDamagedException damaged(
      String name, String found, @Nullable Exception cause) {
    return new RepositoryDamagedException(
        "could not read the run " + name + ": expected how it went, found " + found,
        "A newer version of Holdfast may have written it.",
        cause);
  }
}
