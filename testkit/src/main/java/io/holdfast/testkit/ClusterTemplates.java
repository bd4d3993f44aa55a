package io.holdfast.testkit;

import io.holdfast.embedded.ClusterOptions;
import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.ServerAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Fresh clusters, made once per version and options and copied from then on, for initdb takes a
 * second and a copy a tenth of it. Kept in the temporary directory between runs.
 */
final class ClusterTemplates {
  private ClusterTemplates() {}

  /** Puts a cluster with an identifier of its own into a directory that must not exist. */
  static void copy(PostgresBinaries binaries, ClusterOptions options, Path to) throws IOException {
    Path template = template(binaries, options);
    copyTree(template, to);
    ClusterIdentity.change(
        to, java.util.concurrent.ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
  }

  /** Copies a stopped server's directory, keeping owners and modes. */
  static void copyTree(Path from, Path to) throws IOException {
    List<String> command =
        ServerAccount.current()
            .command(List.of("cp", "--archive", "--reflink=auto", from.toString(), to.toString()));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("could not copy " + from + " to " + to + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Path template(PostgresBinaries binaries, ClusterOptions options)
      throws IOException {
    Path folder = folder();
    Path template = folder.resolve(binaries.home().getFileName() + "-" + options);
    if (!Files.isDirectory(template)) {
      Path building = ServerAccount.current().newTemporaryDirectory("hftemplate");
      Path data = building.resolve("data");
      try (EmbeddedPostgres server =
          EmbeddedPostgres.create(binaries, data, building.resolve("log"), options)) {
        server.stop(EmbeddedPostgres.StopMode.FAST);
      }
      try {
        Files.move(data, template, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (!Files.isDirectory(template)) {
          throw e;
        }
        // Another process was quicker.
      }
      TemporaryFiles.delete(building);
    }
    return template;
  }

  private static Path folder() throws IOException {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "holdfast-testkit-" + System.getProperty("user.name"));
    if (!Files.isDirectory(folder)) {
      Path made = ServerAccount.current().newTemporaryDirectory("hftemplates");
      try {
        Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        TemporaryFiles.delete(made);
        if (!Files.isDirectory(folder)) {
          throw e;
        }
      }
    }
    return folder;
  }
}
