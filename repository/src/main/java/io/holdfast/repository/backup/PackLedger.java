package io.holdfast.repository.backup;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.PackRef;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What packs a backup under way has begun and finished. Thread-safe. */
final class PackLedger {
  private static final long UNFINISHED = -1;

  private final BackupId backup;
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final AtomicInteger openSinks = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final Map<PackRef, Long> sizes = new ConcurrentHashMap<>();
  private volatile boolean failed;
  private volatile boolean closed;

  PackLedger(BackupId backup) {
    this.backup = backup;
  }

  BackupId backup() {
    return backup;
  }

  int nextNumber() {
    return lastNumber.incrementAndGet();
  }

  void sinkOpened() {
    requireOpen();
    openSinks.incrementAndGet();
  }

  void sinkClosed() {
    openSinks.decrementAndGet();
  }

  PackRef begun(int number, UUID id) {
    PackRef pack = new PackRef(backup, number, id);
    sizes.put(pack, UNFINISHED);
    return pack;
  }

  void finished(PackRef pack, long size) {
    sizes.put(pack, size);
  }

  void forget(PackRef pack) {
    sizes.remove(pack);
  }

  void failed() {
    failed = true;
  }

  void written(long length) {
    bytes.addAndGet(length);
  }

  long bytes() {
    return bytes.get();
  }

  boolean has(PackRef pack) {
    return sizes.containsKey(pack);
  }

  /** Everything was finished and nothing failed, or an exception. */
  void requireDurable() {
    if (failed) {
      throw new IllegalStateException("a chunk could not be stored, so the backup is not whole");
    }
    int open = openSinks.get();
    Optional<PackRef> unfinished =
        sizes.entrySet().stream()
            .filter(each -> each.getValue() == UNFINISHED)
            .map(Map.Entry::getKey)
            .findAny();
    if (open > 0 || unfinished.isPresent()) {
      throw new IllegalStateException(open + " sinks are still open, so chunks are not durable");
    }
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the backup " + backup + " is over");
    }
  }

  void close() {
    closed = true;
  }

  /** Finished packs and their sizes, in order of their numbers. */
  SortedMap<Integer, Map.Entry<PackRef, Long>> finished() {
    SortedMap<Integer, Map.Entry<PackRef, Long>> finished = new TreeMap<>();
    sizes.forEach((pack, size) -> {
      if (size != UNFINISHED) {
        finished.put(pack.number(), Map.entry(pack, size));
      }
    });
    return finished;
  }
}
