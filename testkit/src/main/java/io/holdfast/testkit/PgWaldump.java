package io.holdfast.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's own reader of WAL, of the one version whose client programs Debian 12 has. */
public final class PgWaldump {
  private static final Path PROGRAM = Path.of("/usr/lib/postgresql/15/bin/pg_waldump");

  private PgWaldump() {}

  /** What it prints of the WAL of a stopped server between two LSNs, line by line. */
  public static List<String> lines(TestCluster cluster, String from, String to)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IllegalStateException("needs Debian's package postgresql-15: " + PROGRAM);
    }
    Path output = Files.createTempFile("waldump", ".txt");
    try {
      Process process =
          new ProcessBuilder(
                  PROGRAM.toString(),
                  "--path=" + cluster.dataDirectory().resolve("pg_wal"),
                  "--start=" + from,
                  "--end=" + to)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("pg_waldump does not end");
      }
      return Files.readAllLines(output);
    } finally {
      Files.delete(output);
    }
  }
}
