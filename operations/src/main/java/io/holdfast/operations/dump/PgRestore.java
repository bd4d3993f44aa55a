package io.holdfast.operations.dump;

import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.PostgresException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Feeds a pg_restore at work with an archive, and takes what it writes. */
final class PgRestore {
  private static final int BUFFER = 256 << 10;

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
        Thread.ofPlatform().name("feeds-pg_restore").start(() -> feed(run, archive, fault));
    try {
      failure = runToEnd(run, output);
    } finally {
      run.close();
      join(feeder);
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

  private static void join(Thread feeder) {
    boolean interrupted = false;
    while (feeder.isAlive()) {
      try {
        feeder.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
