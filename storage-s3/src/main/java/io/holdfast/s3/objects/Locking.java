package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.S3Site;
import io.holdfast.s3.S3Site.Lock;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.s3.wire.Trouble;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectLockConfigurationResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Until when what is written is locked. Before the first lock the bucket is asked whether it has
 * object lock at all: a store that knows nothing of it takes the headers and does nothing.
 */
final class Locking {
  /** The codes of stores for a bucket without object lock, or for not knowing what that is. */
  private static final Set<String> NONE =
      Set.of("ObjectLockConfigurationNotFoundError", "NotImplemented", "MethodNotAllowed");

  private final Optional<Lock> lock;
  private final InstantSource clock = InstantSource.system();
  private volatile boolean there;

  private Locking(Optional<Lock> lock) {
    this.lock = lock;
  }

  static Locking of(S3Site site) {
    return new Locking(site.lock());
  }

  /** One lock as it goes with a request. */
  record Until(ObjectLockMode mode, Instant moment) {}

  /** What covers an object that is written now; empty if it is not to be locked. */
  Optional<Until> now(Bucket bucket, ObjectKey key) {
    Optional<Lock> covering = lock.filter(each -> each.covers().test(key));
    if (covering.isPresent() && !there) {
      ensureThere(bucket, "lock " + key);
      there = true;
    }
    return covering.map(each -> new Until(modeOf(each), end(each.period())));
  }

  /**
   * When a lock that is there has to end at the earliest, so that it need not be prolonged. A tenth
   * less than a new one: otherwise every backup would prolong the lock of every pack.
   */
  Instant soonEnough() {
    Duration period = lock.orElseThrow().period();
    return end(period.minus(period.dividedBy(10)));
  }

  private Instant end(Duration period) {
    return clock.instant().plus(period).truncatedTo(ChronoUnit.SECONDS);
  }

  private static ObjectLockMode modeOf(Lock lock) {
    return switch (lock.mode()) {
      case GOVERNANCE -> ObjectLockMode.GOVERNANCE;
      case COMPLIANCE -> ObjectLockMode.COMPLIANCE;
    };
  }

  private static void ensureThere(Bucket bucket, String attempt) {
    GetObjectLockConfigurationResponse answer;
    try {
      answer =
          bucket
              .retries()
              .run(
                  RequestKind.GET,
                  () ->
                      bucket
                          .client()
                          .getObjectLockConfiguration(request ->
                              request
                                  .bucket(bucket.name())
                                  .overrideConfiguration(bucket.within(0))));
    } catch (RequestFailedException e) {
      if (isNone(e.last())) {
        throw none(bucket, attempt, e.last());
      }
      throw bucket.failures().of("ask for the object lock of the bucket", e);
    }
    if (answer.objectLockConfiguration() == null
        || answer.objectLockConfiguration().objectLockEnabled() != ObjectLockEnabled.ENABLED) {
      throw none(bucket, attempt, null);
    }
  }

  /** Whether the store says that the bucket has no object lock. */
  static boolean isNone(SdkException e) {
    return e instanceof S3Exception answer
        && (NONE.contains(Trouble.code(answer)) || answer.statusCode() == 501);
  }

  private static StorageException none(Bucket bucket, String attempt, @Nullable SdkException e) {
    return new StorageException(
        "could not "
            + attempt
            + " on "
            + bucket.site().description()
            + ": the configuration asks for 'lock', and the bucket has no object lock",
        "Object lock is switched on when a bucket is created; at Amazon later, too. Use such a"
            + " bucket, or remove 'lock:' below 's3:'.",
        e);
  }
}
