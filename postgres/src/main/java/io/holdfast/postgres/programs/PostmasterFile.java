package io.holdfast.postgres.programs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code postmaster.pid} (miscinit.h): line 1 the process, 4 the port, 8 how far it is: {@code
 * starting}, {@code stopping}, {@code ready} (with hot_standby, as soon as recovery is consistent),
 * or {@code standby}: in recovery, with hot_standby off, up and taking no sessions (pidfile.h).
 * pg_ctl waits by the same lines.
 */
record PostmasterFile(long pid, int port, String status) {
  private static final int LINES = 8;

  /** Empty while there is none or it is not yet complete. */
  static Optional<PostmasterFile> read(Path dataDirectory) {
    try {
      List<String> lines =
          Files.readAllLines(dataDirectory.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
      if (lines.size() < LINES) {
        return Optional.empty();
      }
      return Optional.of(
          new PostmasterFile(
              Long.parseLong(lines.get(0).strip()),
              Integer.parseInt(lines.get(3).strip()),
              lines.get(LINES - 1).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  boolean acceptsSessions() {
    return status.equals("ready") || status.equals("standby");
  }
}
