package io.holdfast.operations.restore;

import io.holdfast.repository.BackupId;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a restore came to.
 *
 * @param bytesWritten less than {@code bytes} in a delta
 * @param extraRemoved entries that the backup does not have
 * @param copying until the directory was whole and durable
 * @param server of the started server
 */
public record RestoreResult(
    BackupId backup,
    Path directory,
    long files,
    long bytes,
    long bytesWritten,
    long extraRemoved,
    Duration copying,
    Optional<Started> server) {
  /**
   * A restored server that was started.
   *
   * @param state "promoted", "paused", "standby" or "shut down"
   * @param port 0 if it does not run any more
   * @param reached end of replay, as far as the server says
   * @param lastTransaction time of the last transaction replayed, likewise
   * @param connection a libpq connection string
   * @param took from start until the state was reached
   */
  public record Started(
      String state,
      long pid,
      int port,
      int timeline,
      Optional<String> reached,
      Optional<Instant> lastTransaction,
      String connection,
      Path log,
      Duration took) {}

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static RestoreResult read(JsonNode json) {
    try {
      return new RestoreResult(
          new BackupId(json.required("backup").stringValue()),
          Path.of(json.required("directory").stringValue()),
          json.required("files").longValue(),
          json.required("bytes").longValue(),
          json.required("bytesWritten").longValue(),
          json.required("extraRemoved").longValue(),
          Duration.ofMillis(json.required("copyingMillis").longValue()),
          Optional.ofNullable(json.get("server")).map(RestoreResult::started));
    } catch (JacksonException | HoldfastException e) {
      throw new IllegalArgumentException("not the result of a restore: " + e.getMessage(), e);
    }
  }

  private static Started started(JsonNode json) {
    return new Started(
        json.required("state").stringValue(),
        json.required("pid").longValue(),
        json.required("port").intValue(),
        json.required("timeline").intValue(),
        Optional.ofNullable(json.get("reached")).map(JsonNode::stringValue),
        Optional.ofNullable(json.get("lastTransaction")).map(at -> Instant.parse(at.stringValue())),
        json.required("connection").stringValue(),
        Path.of(json.required("log").stringValue()),
        Duration.ofMillis(json.required("millis").longValue()));
  }

  public ObjectNode toJson() {
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("backup", backup.text())
            .put("directory", directory.toString())
            .put("files", files)
            .put("bytes", bytes)
            .put("bytesWritten", bytesWritten)
            .put("extraRemoved", extraRemoved)
            .put("copyingMillis", copying.toMillis());
    server.ifPresent(s -> {
      ObjectNode node =
          root.putObject("server")
              .put("state", s.state())
              .put("pid", s.pid())
              .put("port", s.port())
              .put("timeline", s.timeline())
              .put("connection", s.connection())
              .put("log", s.log().toString())
              .put("millis", s.took().toMillis());
      s.reached().ifPresent(lsn -> node.put("reached", lsn));
      s.lastTransaction().ifPresent(time -> node.put("lastTransaction", time.toString()));
    });
    return root;
  }
}
