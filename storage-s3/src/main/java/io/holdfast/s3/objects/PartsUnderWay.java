package io.holdfast.s3.objects;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * The parts of one upload that are on their way or stored. How many are on their way at once is
 * bounded by the memory of all of them, see {@link PartMemory}.
 */
final class PartsUnderWay {
  private final Upload upload;
  private final PartMemory memory;
  private final List<FutureTask<CompletedPart>> sent = new ArrayList<>();
  private final List<Thread> senders = new ArrayList<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  PartsUnderWay(Upload upload, PartMemory memory) {
    this.upload = upload;
    this.memory = memory;
  }

  String uploadId() {
    return upload.id();
  }

  /** The number of the next part, from 1. */
  int next() {
    return sent.size() + 1;
  }

  /**
   * Starts to store the next part. Its memory is given back when that has ended.
   *
   * @throws StorageException if an earlier part failed
   */
  void send(Body part) {
    int number = next();
    RuntimeException earlier = failure.get();
    if (earlier == null && number > PartSizes.MOST) {
      earlier =
          new StorageException(
              "could not store part " + number + ": an object has at most " + PartSizes.MOST,
              null,
              null);
    }
    if (earlier != null) {
      memory.giveBack(part.pieces());
      throw earlier;
    }
    FutureTask<CompletedPart> task =
        new FutureTask<>(() -> {
          try {
            return upload.store(number, part);
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            throw e;
          }
        });
    sent.add(task);
    Thread sender =
        Thread.ofVirtual()
            .name("part " + number)
            .unstarted(() -> {
              try {
                task.run();
              } finally {
                memory.arrive(part.pieces());
              }
            });
    senders.add(sender);
    memory.depart(part.pieces());
    sender.start();
  }

  /** Waits for all parts, then makes the object exist. */
  void complete(ObjectKey key, Bucket bucket) {
    List<CompletedPart> stored = new ArrayList<>();
    for (Future<CompletedPart> part : sent) {
      try {
        stored.add(part.get());
      } catch (InterruptedException e) {
        throw bucket.interrupted("create " + key, e);
      } catch (ExecutionException e) {
        RuntimeException first = failure.get();
        throw first != null ? first : new IllegalStateException(e.getCause());
      }
    }
    upload.complete(stored);
  }

  /**
   * Ends what is on its way, waits until it has ended, then ends the upload: a part that came after
   * that would stay. Does so, too, when this thread is asked to end.
   */
  void abandon() {
    boolean interrupted = Thread.interrupted();
    try {
      sent.forEach(part -> part.cancel(true));
      for (Thread sender : senders) {
        interrupted |= joined(sender);
      }
      upload.abort();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for its end; true if this thread was interrupted meanwhile. */
  private static boolean joined(Thread sender) {
    boolean interrupted = false;
    while (true) {
      try {
        sender.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
