package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.objects.Locking.Until;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.storage.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/**
 * Prolongs the locks of objects that are there already, where they would end too soon. One request
 * looks at each, a second one prolongs it. A lock is never shortened, and keeps its mode.
 */
final class LockExtension {
  private static final int AT_ONCE = 8;

  private final Bucket bucket;

  LockExtension(Bucket bucket) {
    this.bucket = bucket;
  }

  /** All of them are locked long enough when this returns. */
  void extend(Collection<ObjectKey> keys) {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("lock ", 0).factory())) {
      keys.forEach(key -> all.add(threads.submit(() -> extend(key))));
      try {
        for (Future<?> each : all) {
          each.get();
        }
      } catch (InterruptedException e) {
        throw bucket.interrupted("prolong locks", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } finally {
        // Nothing more is begun after a failure.
        all.forEach(each -> each.cancel(true));
      }
    }
  }

  private void extend(ObjectKey key) {
    Optional<Until> wanted = bucket.locking().now(bucket, key);
    if (wanted.isEmpty()) {
      return;
    }
    Optional<HeadObjectResponse> there = look(key);
    if (there.isEmpty()) {
      return;
    }
    HeadObjectResponse found = there.get();
    Instant end = found.objectLockRetainUntilDate();
    // Without the right to see locks it looks like none; then it is set, which never shortens it.
    if (end == null || end.isBefore(bucket.locking().soonEnough())) {
      ObjectLockMode mode =
          found.objectLockMode() == null ? wanted.get().mode() : found.objectLockMode();
      prolong(key, found.versionId(), new Until(mode, wanted.get().moment()));
    }
  }

  private Optional<HeadObjectResponse> look(ObjectKey key) {
    try {
      return bucket.head(key);
    } catch (RequestFailedException e) {
      throw bucket.failures().of("look at " + key, e);
    }
  }

  private void prolong(ObjectKey key, String version, Until until) {
    ObjectLockRetention retention =
        ObjectLockRetention.builder()
            .mode(ObjectLockRetentionMode.fromValue(until.mode().toString()))
            .retainUntilDate(until.moment())
            .build();
    try {
      bucket
          .retries()
          .run(
              RequestKind.PUT,
              () ->
                  bucket
                      .client()
                      .putObjectRetention(request ->
                          request
                              .bucket(bucket.name())
                              .key(bucket.pathOf(key))
                              .versionId(version)
                              .retention(retention)
                              .overrideConfiguration(bucket.within(0))));
    } catch (RequestFailedException e) {
      throw bucket.failures().of("prolong the lock of " + key, e);
    }
  }
}
