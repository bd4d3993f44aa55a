package io.holdfast.postgres.directory;

import io.holdfast.postgres.PostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code postmaster.pid}: the process id is on its first line (miscinit.c), negative for a
 * single-user backend. After a crash it stays behind, and its number may belong to any other
 * process by now.
 */
final class PostmasterFile {
  private PostmasterFile() {}

  static Optional<Long> running(Path dataDirectory) {
    Path file = dataDirectory.resolve("postmaster.pid");
    try (Stream<String> lines = Files.lines(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      return lines
          .findFirst()
          .map(String::strip)
          .filter(line -> line.matches("-?[0-9]{1,10}"))
          .map(line -> Math.abs(Long.parseLong(line)))
          .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
          .filter(pid -> mayWorkIn(pid, dataDirectory));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new PostgresException(
          "could not read '" + file + "', which says whether a server runs: " + e, null, e);
    }
  }

  /** A postmaster's working directory is its data directory. Where we may not look: it may. */
  private static boolean mayWorkIn(long pid, Path dataDirectory) {
    try {
      return Files.isSameFile(Path.of("/proc/" + pid + "/cwd"), dataDirectory);
    } catch (IOException | SecurityException e) {
      return true;
    }
  }
}
