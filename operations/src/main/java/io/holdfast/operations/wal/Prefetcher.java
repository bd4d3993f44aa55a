package io.holdfast.operations.wal;

import io.holdfast.postgres.WalSegment;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches the segments after the one asked for into a spool. Only whole ones: what is in parts may
 * have grown by the time it is wanted. A failure here is no failure of anything: the segment is
 * fetched again, and heard of, when it is asked for.
 */
final class Prefetcher implements AutoCloseable {
  private static final int AHEAD = 16;
  private static final long AHEAD_BYTES = 256L << 20;
  private static final int THREADS = 2;

  private final WalArchive archive;
  private final WalSpool spool;
  private final int ahead;
  private final ExecutorService workers;
  private final Map<String, Future<Boolean>> inFlight = new ConcurrentHashMap<>();

  Prefetcher(WalArchive archive, WalSpool spool) {
    this.archive = archive;
    this.spool = spool;
    this.ahead = Math.clamp(AHEAD_BYTES / archive.segmentSize(), 1, AHEAD);
    this.workers =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("wal-ahead-", 0).daemon().factory());
  }

  /** Fills the spool with what follows a file that was just asked for. */
  void follow(String name) {
    WalSegment.parse(name, archive.segmentSize()).ifPresent(this::follow);
  }

  private void follow(WalSegment asked) {
    dropBefore(asked);
    WalSegment next = asked;
    for (int i = 0; i < ahead; i++) {
      next = next.next();
      WalSegment wanted = next;
      if (!Files.exists(spool.file(wanted.name()))) {
        var _ = inFlight.computeIfAbsent(wanted.name(), n -> workers.submit(() -> fetch(wanted)));
      }
    }
  }

  /**
   * Moves a prefetched file to where it is wanted, having waited for it if it is on its way.
   *
   * @return false if it is not in the spool
   */
  boolean take(String name, Path destination) throws InterruptedException {
    Future<Boolean> coming = inFlight.get(name);
    if (coming != null) {
      await(coming);
    }
    Path file = spool.file(name);
    try {
      if (!Files.exists(file)) {
        return false;
      }
      Files.move(
          file, destination, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (AtomicMoveNotSupportedException e) {
      return copy(file, destination);
    } catch (IOException e) {
      return false;
    }
  }

  /** Where pg_wal is a link to another file system. */
  private static boolean copy(Path file, Path destination) {
    boolean there =
        DurableFile.write(
                destination,
                out -> {
                  try {
                    return Optional.of(Files.copy(file, out));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .isPresent();
    DurableFile.deleteQuietly(file);
    return there;
  }

  private static void await(Future<Boolean> coming) throws InterruptedException {
    try {
      var _ = coming.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Whoever wanted it fetches it himself and hears of the trouble.
      return;
    }
  }

  private boolean fetch(WalSegment segment) {
    String name = segment.name();
    try {
      return archive.hasWhole(segment) && archive.fetch(name, spool.file(name)).isPresent();
    } catch (HoldfastException e) {
      return false;
    } finally {
      inFlight.remove(name);
    }
  }

  /** What recovery has passed it will not ask for again, or rarely. */
  private void dropBefore(WalSegment asked) {
    String prefix = spool.id() + ".";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(spool.directory(), prefix + "*")) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName()).substring(prefix.length());
        if (WalSegment.parse(name, archive.segmentSize())
            .filter(s -> s.number() < asked.number())
            .isPresent()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      // The spool is gone or unreadable: then nothing is prefetched.
      return;
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    boolean interrupted = false;
    try {
      var _ = workers.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
