package io.holdfast.postgres.programs;

import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.Programs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A server in a session of its own, so that what ends us does not end it. */
final class StartedServer implements Programs.RunningServer {
  private static final long POLL_MILLIS = 20;
  private static final Duration STOP_PATIENCE = Duration.ofMinutes(10);
  private static final int TAIL_BYTES = 4096;

  private final ProcessHandle process;
  private final int port;
  private final Path dataDirectory;

  private StartedServer(ProcessHandle process, int port, Path dataDirectory) {
    this.process = process;
    this.port = port;
    this.dataDirectory = dataDirectory;
  }

  static Programs.RunningServer start(
      Path postgres, Path dataDirectory, Path log, Duration patience, Programs.Standing standing) {
    Path data = dataDirectory.toAbsolutePath();
    DirectoryOwner owner = DirectoryOwner.of(data);
    List<String> command = new ArrayList<>();
    DirectoryOwner.onPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
    if (standing == Programs.Standing.BEHIND) {
      DirectoryOwner.onPath("nice")
          .ifPresent(nice -> command.addAll(List.of(nice.toString(), "-n", "10")));
      DirectoryOwner.onPath("ionice")
          .ifPresent(ionice -> command.addAll(List.of(ionice.toString(), "-c", "2", "-n", "7")));
    }
    command.addAll(List.of(postgres.toString(), "-D", data.toString()));
    try {
      owner.give(log);
      ProcessBuilder builder =
          new ProcessBuilder(owner.command(command))
              .directory(data.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      // PGPORT and its kin would change the server.
      builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
      return awaitReady(builder.start(), data, log, patience);
    } catch (IOException e) {
      throw failed(data, e.toString(), log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(data, "interrupted while waiting; the server goes on", log, e);
    }
  }

  private static StartedServer awaitReady(Process process, Path data, Path log, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean ended = !process.isAlive();
      Optional<PostmasterFile> file =
          PostmasterFile.read(data).filter(found -> isOf(found.pid(), process.toHandle()));
      if (file.isPresent() && file.get().acceptsSessions()) {
        ProcessHandle server = ProcessHandle.of(file.get().pid()).orElse(process.toHandle());
        return new StartedServer(server, file.get().port(), data);
      }
      if (ended && process.exitValue() == 0) {
        // It was told to end when recovery reaches its target.
        return new StartedServer(process.toHandle(), 0, data);
      }
      if (ended) {
        throw failed(data, "it ended with status " + process.exitValue(), log, null);
      }
      if (System.nanoTime() - deadline > 0) {
        throw failed(
            data, "it is not ready after " + patience.toSeconds() + " s, and goes on", log, null);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** runuser stays between us and the server; setpriv and setsid become it. */
  private static boolean isOf(long pid, ProcessHandle launched) {
    return pid == launched.pid() || launched.descendants().anyMatch(child -> child.pid() == pid);
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public Path dataDirectory() {
    return dataDirectory;
  }

  @Override
  public boolean alive() {
    return process.isAlive();
  }

  /** SIGINT is the "fast" shutdown; Java itself can only send SIGTERM, the patient one. */
  @Override
  public void stop() {
    try {
      if (alive()) {
        new ProcessBuilder("kill", "-INT", Long.toString(pid())).start().waitFor();
      }
      process.onExit().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (IOException | ExecutionException | TimeoutException e) {
      throw new PostgresException(
          "could not stop the server of " + dataDirectory + " (process " + pid() + ")",
          "Stop it with: pg_ctl stop -D '" + dataDirectory + "'.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PostgresException failed(
      Path data, String why, Path log, @Nullable Throwable cause) {
    return new PostgresException(
        "could not start the server of "
            + data
            + ": "
            + why
            + "; its last words in "
            + log
            + ":\n"
            + tail(log),
        "Mend the cause and start it again; its data directory is as it was.",
        cause);
  }

  private static String tail(Path log) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(0, file.length() - TAIL_BYTES));
      byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
