package io.holdfast.operations.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Whether the user that a restored server runs as may read what its restore_command needs. Only
 * root restores for somebody else, and only root can ask in somebody's name.
 */
final class ServerAccess {
  private static final long PATIENCE_SECONDS = 10;

  private ServerAccess() {}

  /** What the words of the command name and what lies in the repositories, as far as it exists. */
  static List<Path> needed(RestoreHost host) {
    Stream<Path> named = host.walCommand().stream().filter(w -> w.startsWith("/")).map(Path::of);
    Stream<Path> stored = host.keepAway().stream().map(path -> path.resolve("holdfast.json"));
    return Stream.concat(named, stored).filter(Files::exists).toList();
  }

  /** The first that the user may not read; empty if there is none, or nobody can tell. */
  static Optional<Path> unreadable(String user, List<Path> paths) {
    Optional<Path> program =
        Stream.of("/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isEmpty() || !Ownership.runsAsRoot() || user.isEmpty() || user.equals("root")) {
      return Optional.empty();
    }
    for (Path path : paths) {
      if (refused(program.get(), user, path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private static boolean refused(Path program, String user, Path path) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "-u", user, "--"));
    command.addAll(List.of("test", "-r", path.toString()));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 1;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
