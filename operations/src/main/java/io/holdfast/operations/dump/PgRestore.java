package io.holdfast.operations.dump;

import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.PostgresException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Feeds a pg_restore at work with an archive, and takes what it writes. */
final class PgRestore {
  private static final int BUFFER = 256 << 10;
  private static final Duration AFTERMATH = Duration.ofMinutes(1);

  private PgRestore() {}

  /** Writes the archive. */
  interface Archive {
    void write(OutputStream to) throws IOException;
  }

  /**
   * Runs to the end of the program.
   *
   * @param run closed here
   * @throws PostgresException with the program's words if it did not succeed
   */
  static void run(ClientRun run, Archive archive, OutputStream output) {
    AtomicReference<Throwable> fault = new AtomicReference<>();
    Optional<PostgresException> failure;
    Thread feeder =
        Thread.ofPlatform()
            .name("feeds-pg_restore")
            .daemon()
            .start(() -> feed(run, archive, fault));
    boolean fed;
    try {
      failure = runToEnd(run, output);
    } finally {
      run.close();
      fed = join(feeder);
    }
    // An archive that could not be read is the cause of whatever pg_restore says of it; a pipe
    // that broke is the consequence.
    if (fault.get() instanceof RuntimeException cause) {
      throw cause;
    }
    failure.ifPresent(e -> {
      throw e;
    });
    if (fault.get() instanceof IOException broken) {
      throw new UncheckedIOException(broken);
    }
    if (!fed) {
      throw new PostgresException(
          "pg_restore failed: it has ended, and what it started holds its input open", null, null);
    }
  }

  private static Optional<PostgresException> runToEnd(ClientRun run, OutputStream output) {
    try {
      run.output().transferTo(output);
      output.flush();
      run.await();
      return Optional.empty();
    } catch (PostgresException e) {
      return Optional.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void feed(ClientRun run, Archive archive, AtomicReference<Throwable> fault) {
    try (OutputStream to = new BufferedOutputStream(run.input(), BUFFER)) {
      archive.write(to);
    } catch (IOException | RuntimeException e) {
      fault.set(e);
    }
  }

  /** Whoever writes into a pipe waits for all that hold its other end; nobody else has to. */
  private static boolean join(Thread feeder) {
    boolean interrupted = false;
    long until = System.nanoTime() + AFTERMATH.toNanos();
    long left = AFTERMATH.toNanos();
    while (feeder.isAlive() && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedJoin(feeder, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = until - System.nanoTime();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !feeder.isAlive();
  }
}
