package io.holdfast.postgres.programs;

import io.holdfast.postgres.PostgresException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs initdb. */
final class NewCluster {
  private NewCluster() {}

  static void make(Path initdb, Path directory, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(initdb.toString());
    command.add("--pgdata=" + directory);
    command.addAll(arguments);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(DirectoryOwner.of(directory).command(command))
              .directory(directory.toFile())
              .redirectErrorStream(true);
      builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
      Process process = builder.start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw failed(directory, said, null);
      }
    } catch (IOException e) {
      throw failed(directory, e.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(directory, "interrupted", e);
    }
  }

  private static PostgresException failed(Path directory, String said, @Nullable Throwable cause) {
    return new PostgresException(
        "could not make a cluster in " + directory + ": initdb said: " + said,
        "The directory must be empty, and its owner must be able to enter its parents.",
        cause);
  }
}
