package io.holdfast.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.Lsn;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's own reader, of the one version whose client programs Debian 12 has. */
final class PgWaldump {
  private static final Path PROGRAM = Path.of("/usr/lib/postgresql/15/bin/pg_waldump");

  private PgWaldump() {}

  /** What it prints of the WAL of a stopped server, line by line. */
  static List<String> lines(TestCluster cluster, Lsn from, Lsn to)
      throws IOException, InterruptedException {
    assertThat(PROGRAM).as("needs Debian's package postgresql-15").isExecutable();
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
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return Files.readAllLines(output);
    } finally {
      Files.delete(output);
    }
  }
}
