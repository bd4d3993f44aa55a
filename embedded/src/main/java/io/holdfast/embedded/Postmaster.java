package io.holdfast.embedded;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The running main process of a server that we started. */
final class Postmaster {
  private static final int POLL_MILLIS = 10;
  private static final int LOG_TAIL = 4000;

  private final ProcessHandle process;
  private final Path dataDirectory;

  private Postmaster(ProcessHandle process, Path dataDirectory) {
    this.process = process;
    this.dataDirectory = dataDirectory;
  }

  static Postmaster start(List<String> command, Path dataDirectory, Path log, Duration patience) {
    try {
      long logStart = Files.exists(log) ? Files.size(log) : 0;
      Process launcher =
          withCleanEnvironment(command, dataDirectory)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      boolean[] ready = new boolean[1];
      await(
          patience,
          () -> {
            ready[0] = isReady(dataDirectory, launcher.toHandle());
            return ready[0] || !launcher.isAlive();
          });
      if (!ready[0]) {
        launcher.destroy();
        throw notStarted(dataDirectory, tail(log, logStart));
      }
      long pid = Long.parseLong(pidFile(dataDirectory).get(0).strip());
      return new Postmaster(ProcessHandle.of(pid).orElseThrow(), dataDirectory);
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "could not start a server on " + dataDirectory, null, e);
    }
  }

  /** Neither PG* nor a locale of ours leaks into the server. */
  static ProcessBuilder withCleanEnvironment(List<String> command, Path directory) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    builder.environment().remove("LANG");
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  void stop(String signal, Duration patience) {
    List<ProcessHandle> children = process.descendants().toList();
    if (alive()) {
      signal(signal);
    }
    awaitEnd(children, patience);
  }

  void kill(Duration patience) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    awaitEnd(children, patience);
  }

  /**
   * Children outlive a killed postmaster for a moment, and would keep the next one from starting.
   */
  private void awaitEnd(List<ProcessHandle> children, Duration patience) {
    boolean ended =
        await(patience, () -> !alive() && children.stream().noneMatch(ProcessHandle::isAlive));
    if (!ended) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED,
          "could not stop the server of "
              + dataDirectory
              + " (process "
              + pid()
              + ") in "
              + patience.toSeconds()
              + " s");
    }
  }

  private void signal(String name) {
    try {
      int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
      if (status != 0 && alive()) {
        throw new IOException("kill ended with " + status);
      }
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.SOURCE_FAILED, "could not signal process " + pid(), null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As pg_ctl does it: the eighth line of postmaster.pid says how far the server is. */
  private static boolean isReady(Path dataDirectory, ProcessHandle launcher) {
    List<String> lines = pidFile(dataDirectory);
    if (lines.size() < 8) {
      return false;
    }
    long pid = Long.parseLong(lines.get(0).strip());
    boolean ours =
        pid == launcher.pid() || launcher.descendants().anyMatch(child -> child.pid() == pid);
    String status = lines.get(7).strip();
    return ours && (status.equals("ready") || status.equals("standby"));
  }

  private static List<String> pidFile(Path dataDirectory) {
    try {
      return Files.readAllLines(
          dataDirectory.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static HoldfastException notStarted(Path dataDirectory, String said) {
    if (said.contains("could not bind") || said.contains("Address already in use")) {
      return new PortTakenException("could not start the server of " + dataDirectory + ": " + said);
    }
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED,
        "could not start the server of " + dataDirectory + "; its last words: " + said);
  }

  private static String tail(Path log, long from) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(from, file.length() - LOG_TAIL));
      byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).strip();
    }
  }

  private static boolean await(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return true;
  }
}
