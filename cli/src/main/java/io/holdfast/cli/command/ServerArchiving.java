package io.holdfast.cli.command;

import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.postgres.ServerSession;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a server archives its WAL by itself.
 *
 * @param mode archive_mode
 * @param command archive_command
 */
record ServerArchiving(String mode, String command) {
  private static final Pattern PUSH =
      Pattern.compile("holdfast(-wal\\b|\\b.*\\bwal\\b).*\\bpush\\b.*%p");

  /** Empty if no server is configured or answers: that is another finding. */
  static Optional<ServerArchiving> of(OpenCluster cluster) {
    if (cluster.settings().isEmpty()) {
      return Optional.empty();
    }
    try (ServerSession session = ServerSession.connect(cluster.connection())) {
      return Optional.of(
          new ServerArchiving(
              session.setting("archive_mode").orElse("off"),
              session.setting("archive_command").orElse("")));
    } catch (HoldfastException e) {
      return Optional.empty();
    }
  }

  /** Whether it is set to push what it finishes into a repository. */
  boolean pushes() {
    return !mode.equals("off") && PUSH.matcher(command).find();
  }
}
