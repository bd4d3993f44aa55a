package io.holdfast.embedded;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes new clusters. */
final class InitDb {
  private InitDb() {}

  static void run(
      PostgresBinaries binaries, ServerAccount account, Path data, ClusterOptions options) {
    List<String> command = new ArrayList<>();
    command.add(binaries.program("initdb"));
    command.add("--pgdata=" + data);
    command.addAll(options.initdbArguments(binaries.major()));
    try {
      Files.createDirectories(data);
      account.own(data);
      if (options.password().isEmpty()) {
        run(account.command(command), data);
        return;
      }
      Path secret = Files.createTempFile("holdfast", "");
      try {
        Files.writeString(secret, options.password() + "\n");
        account.own(secret);
        command.add("--pwfile=" + secret);
        run(account.command(command), data);
      } finally {
        Files.delete(secret);
      }
    } catch (IOException e) {
      throw failed(data, e.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(data, "interrupted", e);
    }
  }

  private static void run(List<String> command, Path data)
      throws IOException, InterruptedException {
    Process process =
        Postmaster.withCleanEnvironment(command, data).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw failed(data, output, null);
    }
  }

  private static HoldfastException failed(
      Path data, String output, @org.jspecify.annotations.Nullable Throwable cause) {
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not create a cluster in " + data + ": initdb said: " + output,
        "The directory must be empty, and the server's user must be able to enter its parents.",
        cause);
  }
}
