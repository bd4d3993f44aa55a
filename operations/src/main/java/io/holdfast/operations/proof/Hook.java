package io.holdfast.operations.proof;

import io.holdfast.postgres.ConnectionSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The user's own command, which brings an application up against the copy and says whether it
 * answers: with PGHOST, PGPORT, PGUSER and PGDATABASE in its environment.
 */
final class Hook {
  private static final int TAIL = 2000;

  private final List<String> command;
  private final Duration patience;

  Hook(List<String> command, Duration patience) {
    this.command = command;
    this.patience = patience;
  }

  /** What it said at its end is kept if it failed. */
  void run(ConnectionSettings connection, String database, Path output, Ledger ledger) {
    Map<String, String> to = connection.parameters();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("PGHOST", to.getOrDefault("host", ""));
    builder.environment().put("PGPORT", to.getOrDefault("port", ""));
    builder.environment().put("PGUSER", to.getOrDefault("user", ""));
    builder.environment().put("PGDATABASE", database);
    String subject = "command " + command.getFirst();
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        end(process);
        ledger.finding(
            FindingCode.HOOK_FAILED,
            subject,
            "expected an end within " + patience.toSeconds() + " s, found none; " + tail(output));
      } else if (process.exitValue() != 0) {
        ledger.finding(
            FindingCode.HOOK_FAILED,
            subject,
            "expected status 0, found " + process.exitValue() + "; " + tail(output));
      }
    } catch (IOException e) {
      throw new CouldNotVerifyException("the command could not be started: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CouldNotVerifyException("interrupted");
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static String tail(Path output) {
    try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
      long from = Math.max(0, file.length() - TAIL);
      byte[] last = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(last);
      return "its last words: " + new String(last, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "what it said cannot be read: " + e;
    }
  }
}
