package io.holdfast.postgres.dump;

import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.PostgresException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One program, its streams, and a watch that ends it when it keeps us waiting too long. */
final class ChildProcess implements ClientRun {
  /** After being asked, it has to cancel what the server does for it. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final long WATCH_MILLIS = 100;
  private static final long NOT_WAITING = 0;

  private final String name;
  private final Process process;
  private final Sayings sayings;
  private final Duration patience;
  private final InputStream output;
  private volatile long waitingSince = NOT_WAITING;
  private volatile boolean hung;
  private volatile boolean closed;

  private ChildProcess(String name, Process process, Duration patience) {
    this.name = name;
    this.process = process;
    this.patience = patience;
    this.sayings = Sayings.of(process.getErrorStream(), "says-" + name);
    this.output = new Output(process.getInputStream());
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
      ChildProcess started =
          new ChildProcess(program.getFileName().toString(), builder.start(), patience);
      started.watch();
      return started;
    } catch (IOException e) {
      throw new PostgresException("could not start " + program + ": " + e.getMessage(), null, e);
    }
  }

  private void watch() {
    if (!patience.isZero()) {
      Thread.ofPlatform().name("watch-" + name).daemon().start(this::watchForSilence);
    }
  }

  private void watchForSilence() {
    try {
      while (!process.waitFor(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
        long since = waitingSince;
        if (since != NOT_WAITING && System.nanoTime() - since > patience.toNanos()) {
          hung = true;
          end();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void startWaiting() {
    long now = System.nanoTime();
    waitingSince = now == NOT_WAITING ? 1 : now;
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
    startWaiting();
    try {
      int status = process.waitFor();
      waitingSince = NOT_WAITING;
      sayings.awaitEnd();
      if (hung || status != 0) {
        throw failed(hung ? silence() : endOf(status), null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted while it ran", e);
    }
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
    if (hung) {
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

  /** SIGTERM makes pg_dump and its kin cancel what the server does for them, and end. */
  private void end() {
    boolean interrupted = false;
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      process.destroyForcibly();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
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
    quietly(process.getInputStream());
    quietly(process.getOutputStream());
  }

  private static void quietly(java.io.Closeable stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // It has ended; nobody reads it any more.
    }
  }

  /** Notes since when we wait. */
  private final class Output extends FilterInputStream {
    Output(InputStream from) {
      super(from);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      startWaiting();
      try {
        int got = super.read(bytes, offset, length);
        if (hung) {
          throw new InterruptedIOException(name + ": " + silence());
        }
        return got;
      } finally {
        waitingSince = NOT_WAITING;
      }
    }
  }
}
