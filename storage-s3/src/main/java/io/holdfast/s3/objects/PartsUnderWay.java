package io.holdfast.s3.objects;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * The parts of one upload that are on their way or stored. How many are on their way at once is
 * bounded by the memory of all of them, see {@link PartBuffers}.
 */
final class PartsUnderWay {
  private final Upload upload;
  private final PartBuffers buffers;
  private final List<Future<CompletedPart>> sent = new ArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  PartsUnderWay(Upload upload, PartBuffers buffers) {
    this.upload = upload;
    this.buffers = buffers;
  }

  String uploadId() {
    return upload.id();
  }

  /** The number of the next part, from 1. */
  int next() {
    return sent.size() + 1;
  }

  boolean anyUnderWay() {
    return underWay.get() > 0;
  }

  /**
   * Starts to store the next part.
   *
   * @param giveBack whether the bytes belong to the buffers
   * @throws StorageException if an earlier part failed
   */
  void send(byte[] bytes, int length, boolean giveBack) {
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
      done(bytes, giveBack);
      throw earlier;
    }
    underWay.incrementAndGet();
    FutureTask<CompletedPart> task =
        new FutureTask<>(() -> {
          try {
            return upload.store(number, bytes, length);
          } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            throw e;
          }
        });
    sent.add(task);
    Thread.ofVirtual()
        .name("part " + number)
        .start(() -> {
          try {
            task.run();
          } finally {
            underWay.decrementAndGet();
            done(bytes, giveBack);
          }
        });
  }

  private void done(byte[] bytes, boolean giveBack) {
    if (giveBack) {
      buffers.giveBack(bytes);
    }
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

  /** Ends what is on its way, then the upload: a part that comes after that would stay. */
  void abandon() {
    sent.forEach(part -> part.cancel(true));
    for (Future<CompletedPart> part : sent) {
      try {
        part.get();
      } catch (CancellationException | ExecutionException e) {
        // Which is what was asked for.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    upload.abort();
  }
}
