package io.holdfast.postgres.programs;

import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.PostgresException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Servers that another process started. */
public final class RunningElsewhere {
  private static final long PATIENCE_SECONDS = 600;

  private RunningElsewhere() {}

  /** As {@link io.holdfast.postgres.Programs#end}: SIGQUIT is the "immediate" shutdown. */
  public static void end(Path dataDirectory) {
    signal("-QUIT", dataDirectory);
  }

  /** As {@link io.holdfast.postgres.Programs#stop}: SIGINT is the "fast" one. */
  public static void stop(Path dataDirectory) {
    signal("-INT", dataDirectory);
  }

  private static void signal(String signal, Path dataDirectory) {
    Optional<ProcessHandle> server = server(dataDirectory);
    if (server.isEmpty()) {
      return;
    }
    long pid = server.get().pid();
    try {
      new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
      server.get().onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | ExecutionException | TimeoutException e) {
      throw new PostgresException(
          "could not end the server of " + dataDirectory + " (process " + pid + ")",
          "End it by hand: pg_ctl stop -m immediate -D '" + dataDirectory + "'.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A number in a file may be another process's by now: a server works in its directory. */
  private static Optional<ProcessHandle> server(Path dataDirectory) {
    if (!Files.exists(dataDirectory.resolve("postmaster.pid"))
        || !Files.exists(dataDirectory.resolve("PG_VERSION"))) {
      return Optional.empty();
    }
    return DataDirectory.open(dataDirectory)
        .postmaster()
        .filter(pid -> worksIn(pid, dataDirectory))
        .flatMap(ProcessHandle::of);
  }

  private static boolean worksIn(long pid, Path directory) {
    Path link = Path.of("/proc/" + pid + "/cwd");
    try {
      return !Files.exists(Path.of("/proc/self/cwd"))
          || Files.isSameFile(link.toRealPath(), directory);
    } catch (IOException e) {
      return false; // ended meanwhile, or not ours
    }
  }
}
