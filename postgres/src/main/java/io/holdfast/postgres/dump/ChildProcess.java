package io.holdfast.postgres.dump;

import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.PostgresException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One program, its streams, and a watch that ends it when it keeps us waiting too long. */
final class ChildProcess implements ClientRun {
  /** After being asked, it has to cancel what the server does for it. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** What it started may go on for so long with what it had begun to write. */
  private static final Duration AFTERMATH = Duration.ofSeconds(5);

  private static final Duration CLOSING = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final String name;
  private final Process process;
  private final Sayings sayings;
  private final Duration patience;
  private final ProgramOutput output;
  private volatile @Nullable String endedBecause;
  private volatile boolean closed;
  private long endedSince;

  private ChildProcess(String name, Process process, Duration patience) {
    this.name = name;
    this.process = process;
    this.patience = patience;
    this.sayings = Sayings.of(process.getErrorStream(), "says-" + name);
    this.output = ProgramOutput.of(process.getInputStream(), name, this::hasMore);
  }

  static ClientRun start(
      Path program, List<String> arguments, Map<String, String> variables, Duration patience) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // PGCLIENTENCODING, PGOPTIONS and their kin would change what it does.
    builder.environment().keySet().removeIf(variable -> variable.startsWith("PG"));
    builder.environment().putAll(variables);
    // Its messages are read by us, and looked at by people who search the web for them.
    builder.environment().put("LC_MESSAGES", "C");
    builder.environment().remove("LC_ALL");
    builder.environment().remove("LANGUAGE");
    try {
      return new ChildProcess(program.getFileName().toString(), builder.start(), patience);
    } catch (IOException e) {
      throw new PostgresException("could not start " + program + ": " + e.getMessage(), null, e);
    }
  }

  /**
   * Called by whoever reads its output, while there is none. What a program that has ended leaves
   * behind may hold its output open for ever without writing: then that was all. Whether it is
   * whole is seen by what it ends with.
   */
  private boolean hasMore(Duration waited) throws IOException {
    if (process.isAlive()) {
      if (!patience.isZero() && waited.compareTo(patience) > 0) {
        endedBecause = silence();
        end();
        throw new InterruptedIOException(name + ": " + silence());
      }
      return true;
    }
    endedSince = endedSince == 0 ? System.nanoTime() : endedSince;
    Duration since = Duration.ofNanos(System.nanoTime() - endedSince);
    return since.compareTo(aftermath()) <= 0 || waited.compareTo(aftermath()) <= 0;
  }

  private Duration aftermath() {
    return patience.isZero() || patience.compareTo(AFTERMATH) > 0 ? AFTERMATH : patience;
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public void await() {
    try {
      if (!waitFor(patience)) {
        endedBecause = silence();
        end();
      }
      if (endedBecause != null && !waitFor(GRACE)) {
        throw failed(endedBecause + "; it cannot be ended", null);
      }
      int status = process.waitFor();
      sayings.awaitEnd();
      String ended = endedBecause;
      if (ended != null || status != 0) {
        throw failed(ended != null ? ended : endOf(status), null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted while it ran", e);
    }
  }

  private boolean waitFor(Duration longest) throws InterruptedException {
    if (longest.isZero()) {
      process.waitFor();
      return true;
    }
    return process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A shell's way of saying that a signal ended it, and Java's too. */
  private static String endOf(int status) {
    return status > 128
        ? "it was ended by signal " + (status - 128)
        : "it ended with status " + status;
  }

  private String silence() {
    return "nothing came from it for " + patience.toSeconds() + " s, so it was ended";
  }

  private PostgresException failed(String why, @Nullable Throwable cause) {
    List<String> said = sayings.lines();
    String words = said.isEmpty() ? "; it said nothing" : "; it said:\n" + String.join("\n", said);
    return new PostgresException(name + " failed: " + why + words, hint(said).orElse(null), cause);
  }

  private Optional<String> hint(List<String> said) {
    if (endedBecause != null) {
      return Optional.of(
          "Look what its session waits for in pg_stat_activity; a longer stall-timeout gives it"
              + " more time.");
    }
    return ClientHints.of(said);
  }

  @Override
  public List<String> said() {
    return sayings.lines();
  }

  @Override
  public long pid() {
    return process.pid();
  }

  /**
   * SIGTERM makes pg_dump and its kin cancel what the server does for them, and end. A script that
   * stands for them waits for what it started, so that is asked too.
   */
  private void end() {
    Set<ProcessHandle> all = new LinkedHashSet<>();
    // From the top, for a script whose child is gone goes on to start the next one.
    all.add(process.toHandle());
    process.descendants().forEach(all::add);
    all.forEach(ProcessHandle::destroy);
    if (!awaitEnd(all)) {
      process.descendants().forEach(all::add);
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static boolean awaitEnd(Set<ProcessHandle> all) {
    long until = System.nanoTime() + GRACE.toNanos();
    try {
      while (all.stream().anyMatch(ProcessHandle::isAlive)) {
        if (System.nanoTime() > until) {
          return false;
        }
        TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (process.isAlive()) {
      end();
    }
    output.close();
    closePipes();
  }

  /** Closing waits for whoever reads or writes just now, who may wait for a grandchild. */
  private void closePipes() {
    Thread closing =
        Thread.ofPlatform()
            .name("closes-" + name)
            .daemon()
            .start(() -> {
              quietly(process.getInputStream());
              quietly(process.getOutputStream());
            });
    try {
      closing.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void quietly(java.io.Closeable stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // It has ended; nobody reads it any more.
    }
  }
}
