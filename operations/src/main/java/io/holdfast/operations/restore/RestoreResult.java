package io.holdfast.operations.restore;

import io.holdfast.repository.BackupId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
