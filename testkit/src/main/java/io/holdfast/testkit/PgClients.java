package io.holdfast.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's own client programs, of the one version that Debian 12 has. */
public final class PgClients {
  /** The version of the server that goes with them. */
  public static final PostgresMajor MAJOR = PostgresMajor.V15;

  private static final Path DIRECTORY = Path.of("/usr/lib/postgresql/15/bin");
  private static final long PATIENCE_SECONDS = 300;

  private PgClients() {}

  /** Where they are. */
  public static Path directory() {
    if (!Files.isExecutable(DIRECTORY.resolve("pg_restore"))) {
      throw new IllegalStateException(
          "needs Debian's package postgresql-client-15: " + DIRECTORY.resolve("pg_restore"));
    }
    return DIRECTORY;
  }

  /** What {@code pg_dump --format=custom --compress=0} writes into a pipe. */
  public static byte[] dump(TestCluster cluster, String database, String... options) {
    List<String> words = new ArrayList<>(List.of("--format=custom", "--compress=0"));
    words.addAll(List.of(options));
    return run(cluster, database, "pg_dump", new byte[0], words);
  }

  /** Loads an archive, given through a pipe, into a database; stops at the first error. */
  public static void restore(
      TestCluster cluster, String database, byte[] archive, String... options) {
    List<String> words = new ArrayList<>(List.of("--exit-on-error", "--dbname=" + database));
    words.addAll(List.of(options));
    run(cluster, database, "pg_restore", archive, words);
  }

  /** What a program says, which has to succeed. */
  public static byte[] run(
      TestCluster cluster, String database, String program, byte[] input, List<String> options) {
    List<String> command = new ArrayList<>(List.of(directory().resolve(program).toString()));
    command.addAll(options);
    Path errors = emptyFile();
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().put("PGHOST", "127.0.0.1");
      builder.environment().put("PGPORT", Integer.toString(cluster.port()));
      builder.environment().put("PGUSER", "postgres");
      builder.environment().put("PGDATABASE", database);
      Process process = builder.start();
      Thread feeder = Thread.ofVirtual().start(() -> feed(process, input));
      byte[] said = process.getInputStream().readAllBytes();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(program + " does not end");
      }
      feeder.join();
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            program + " ended with " + process.exitValue() + ": " + Files.readString(errors));
      }
      return said;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      TemporaryFiles.delete(errors);
    }
  }

  private static Path emptyFile() {
    try {
      return Files.createTempFile("client", ".txt");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input);
    } catch (IOException e) {
      // It ended before it read all of it; its exit status says whether that is a fault.
    }
  }

  /** The definition of everything in a database, to be compared with another one's. */
  public static String schema(TestCluster cluster, String database) {
    return text(dump(cluster, database, "--format=plain", "--schema-only"))
        .lines()
        // The word is drawn anew each time.
        .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
        .collect(java.util.stream.Collectors.joining("\n"));
  }

  /** Text of what a program says. */
  public static String text(byte[] said) {
    return new String(said, StandardCharsets.UTF_8);
  }
}
