package io.holdfast.settings.secret;

import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A secret that a program prints. No shell; nothing on its standard input. What it says on standard
 * error goes into the message when it fails, what it prints never does.
 */
public final class CommandSecret {
  /** A person may have to unlock a key ring meanwhile. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int ENOUGH_OF_ERRORS = 2000;

  private CommandSecret() {}

  public static Secret read(List<String> command) {
    return read(command, PATIENCE);
  }

  static Secret read(List<String> command, Duration patience) {
    String source = "the command " + command.getFirst();
    Process process = start(command, source);
    Future<Secret> secret =
        started("secret", () -> SecretBytes.from(process.getInputStream(), source));
    Future<String> errors = started("errors", () -> errors(process.getErrorStream()));
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw SecretBytes.failure(
            source, "it did not end within " + patience.toSeconds() + " s", null, null);
      }
      if (process.exitValue() != 0) {
        discard(secret);
        String said = errors.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        throw SecretBytes.failure(
            source,
            "it ended with status " + process.exitValue() + (said.isEmpty() ? "" : ": " + said),
            "Run it by hand as the user of Holdfast.",
            null);
      }
      return secret.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw SecretBytes.failure(source, "it ended, but something it started goes on", null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SecretBytes.failure(source, "interrupted", null, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HoldfastException ours) {
        throw ours;
      }
      throw SecretBytes.failure(source, "its output could not be read", null, e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> command, String source) {
    try {
      Process process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw SecretBytes.failure(
          source, "it could not be started", "Give the program with its whole path.", e);
    }
  }

  private static void discard(Future<Secret> secret) throws InterruptedException {
    try {
      secret.get(1, TimeUnit.SECONDS).close();
    } catch (ExecutionException | TimeoutException e) {
      // There was none, which is as good.
    }
  }

  private static String errors(InputStream in) throws IOException {
    String text = new String(in.readNBytes(ENOUGH_OF_ERRORS), StandardCharsets.UTF_8).strip();
    in.transferTo(java.io.OutputStream.nullOutputStream());
    return text;
  }

  private interface Reader<T> {
    T read() throws IOException;
  }

  private static <T> Future<T> started(String what, Reader<T> reader) {
    FutureTask<T> task = new FutureTask<>(reader::read);
    Thread.ofPlatform().daemon().name("passphrase-command-" + what).start(task);
    return task;
  }
}
