package io.holdfast.operations.wal;

import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.SealedObjects.Put;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stores segments that wait behind the one the archiver asks for: it asks for one at a time, and a
 * machine has more than one core. What it is told about a file is what became of that very file; a
 * failure ahead is none, for the file is stored again, and heard of, when it is asked for.
 * Thread-safe.
 */
final class PushAhead implements AutoCloseable {
  private static final int AHEAD = 2;
  private static final int REMEMBERED = 2 * AHEAD;

  private final WalPush push;
  private final int segmentSize;
  private final ThreadPoolExecutor workers;
  private final Map<Path, Begun> begun = new LinkedHashMap<>();

  /** Changes when a file is written or replaced. */
  private record Stamp(@Nullable Object fileKey, long size, FileTime modified) {
    static Optional<Stamp> of(Path file) {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return Optional.of(new Stamp(found.fileKey(), found.size(), found.lastModifiedTime()));
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }

  private record Begun(Stamp stamp, Future<Put> outcome) {}

  PushAhead(WalPush push, int segmentSize) {
    this.push = push;
    this.segmentSize = segmentSize;
    this.workers =
        new ThreadPoolExecutor(
            AHEAD,
            AHEAD,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("wal-push-", 0).daemon().factory());
    workers.allowCoreThreadTimeOut(true);
  }

  /** {@link WalPush#push}, and begins with what waits behind. */
  Put push(Path file) throws InterruptedException {
    Optional<Begun> known = taken(file);
    beginAfter(file);
    if (known.isPresent()) {
      try {
        Put outcome = known.get().outcome().get();
        if (Stamp.of(file).filter(known.get().stamp()::equals).isPresent()) {
          return outcome;
        }
      } catch (ExecutionException e) {
        return push.push(file);
      }
    }
    return push.push(file);
  }

  private Optional<Begun> taken(Path file) {
    synchronized (begun) {
      return Optional.ofNullable(begun.remove(file));
    }
  }

  private void beginAfter(Path file) {
    Path directory = file.getParent();
    Optional<WalSegment> segment =
        WalSegment.parse(String.valueOf(file.getFileName()), segmentSize);
    for (int i = 0; i < AHEAD && directory != null && segment.isPresent(); i++) {
      segment = segment.map(WalSegment::next);
      begin(directory, segment.get().name());
    }
  }

  private void begin(Path directory, String name) {
    Path file = directory.resolve(name);
    if (!Files.exists(directory.resolve("archive_status").resolve(name + ".ready"))) {
      return;
    }
    Optional<Stamp> stamp = Stamp.of(file);
    synchronized (begun) {
      if (stamp.isPresent() && !begun.containsKey(file)) {
        if (begun.size() == REMEMBERED) {
          begun.remove(begun.keySet().iterator().next());
        }
        begun.put(file, new Begun(stamp.get(), workers.submit(() -> push.push(file))));
      }
    }
  }

  @Override
  public void close() {
    workers.shutdown();
    boolean interrupted = false;
    try {
      if (!workers.awaitTermination(60, TimeUnit.SECONDS)) {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      workers.shutdownNow();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
