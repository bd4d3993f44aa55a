package io.holdfast.s3.objects;

import io.holdfast.s3.BucketProtection;
import io.holdfast.s3.RequestKind;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.s3.wire.Trouble;
import io.holdfast.storage.ObjectKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Asks a bucket what it keeps, and tries what a thief would try, with objects of its own below
 * {@code site/probe}: to delete a version, and to shorten a lock. What it cannot delete for good,
 * it hides; that is a few bytes.
 */
final class ProtectionProbe {
  private static final Set<String> NO_RULES = Set.of("NoSuchLifecycleConfiguration", "NoSuchKey");

  private final Bucket bucket;

  ProtectionProbe(Bucket bucket) {
    this.bucket = bucket;
  }

  BucketProtection run() {
    Optional<Boolean> versions = versions();
    Optional<Boolean> lock = objectLock();
    boolean keeps = versions.orElse(false);
    return new BucketProtection(
        versions,
        lock,
        keeps ? expiry() : Optional.empty(),
        keeps ? mayDeleteVersions() : Optional.empty(),
        keeps && lock.orElse(false) ? mayBypass() : Optional.empty());
  }

  /** Empty if the store refuses to tell, or cannot. */
  private <T> Optional<T> asked(String attempt, RequestKind kind, Supplier<Optional<T>> request) {
    try {
      return bucket.retries().run(kind, request);
    } catch (RequestFailedException e) {
      if (e.last() instanceof S3Exception answer && Trouble.of(answer) == Trouble.LASTING) {
        return Optional.empty();
      }
      throw bucket.failures().of(attempt, e);
    }
  }

  private Optional<Boolean> versions() {
    return asked(
        "ask whether the bucket keeps versions",
        RequestKind.GET,
        () ->
            Optional.of(
                bucket
                        .client()
                        .getBucketVersioning(request -> request.bucket(bucket.name()))
                        .status()
                    == BucketVersioningStatus.ENABLED));
  }

  private Optional<Boolean> objectLock() {
    return asked(
        "ask for the object lock of the bucket",
        RequestKind.GET,
        () -> {
          try {
            return Optional.of(
                bucket
                        .client()
                        .getObjectLockConfiguration(request -> request.bucket(bucket.name()))
                        .objectLockConfiguration()
                        .objectLockEnabled()
                    == ObjectLockEnabled.ENABLED);
          } catch (S3Exception e) {
            if (Locking.isNone(e)) {
              return Optional.of(false);
            }
            throw e;
          }
        });
  }

  private Optional<Boolean> expiry() {
    return asked(
        "ask for the life-cycle rules of the bucket",
        RequestKind.GET,
        () -> {
          try {
            return Optional.of(
                bucket
                    .client()
                    .getBucketLifecycleConfiguration(request -> request.bucket(bucket.name()))
                    .rules()
                    .stream()
                    .anyMatch(this::removesOldVersions));
          } catch (S3Exception e) {
            if (e.statusCode() == 404 && NO_RULES.contains(Trouble.code(e))) {
              return Optional.of(false);
            }
            throw e;
          }
        });
  }

  private boolean removesOldVersions(LifecycleRule rule) {
    String prefix =
        rule.filter() == null || rule.filter().prefix() == null ? "" : rule.filter().prefix();
    return rule.status() == ExpirationStatus.ENABLED
        && rule.noncurrentVersionExpiration() != null
        && bucket.root().startsWith(prefix);
  }

  /** Puts an object of a few bytes, and returns its key and version. */
  private Probe put(boolean locked) {
    ObjectKey key = ObjectKey.of("site/probe/" + UUID.randomUUID());
    Body body = Body.of(new byte[] {1});
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.pathOf(key))
            .contentLength((long) body.length())
            .checksumCRC32(body.checksum());
    if (locked) {
      request.objectLockMode(ObjectLockMode.GOVERNANCE).objectLockRetainUntilDate(inMinutes(2));
    }
    try {
      String version =
          bucket
              .retries()
              .run(
                  RequestKind.PUT,
                  () -> bucket.client().putObject(request.build(), body.request()).versionId());
      return new Probe(key, version);
    } catch (RequestFailedException e) {
      throw bucket.failures().of("create " + key, e);
    }
  }

  private record Probe(ObjectKey key, String version) {}

  private static Instant inMinutes(int minutes) {
    return Instant.now().plus(minutes, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
  }

  private Optional<Boolean> mayDeleteVersions() {
    Probe probe = put(false);
    boolean may = deleted(probe);
    if (!may) {
      hide(probe);
    }
    return Optional.of(may);
  }

  private Optional<Boolean> mayBypass() {
    Probe probe = put(true);
    boolean may =
        allowed(
            "shorten the lock of " + probe.key(),
            RequestKind.PUT,
            () ->
                bucket
                    .client()
                    .putObjectRetention(request ->
                        request
                            .bucket(bucket.name())
                            .key(bucket.pathOf(probe.key()))
                            .versionId(probe.version())
                            .bypassGovernanceRetention(true)
                            .retention(retention ->
                                retention
                                    .mode(ObjectLockRetentionMode.GOVERNANCE)
                                    .retainUntilDate(inMinutes(1)))));
    hide(probe);
    return Optional.of(may);
  }

  private boolean deleted(Probe probe) {
    return allowed(
        "delete a version of " + probe.key(),
        RequestKind.DELETE,
        () ->
            bucket
                .client()
                .deleteObject(request ->
                    request
                        .bucket(bucket.name())
                        .key(bucket.pathOf(probe.key()))
                        .versionId(probe.version())));
  }

  /** False if the store says that this access key may not. */
  private boolean allowed(String attempt, RequestKind kind, Supplier<Object> request) {
    try {
      bucket.retries().run(kind, request);
      return true;
    } catch (RequestFailedException e) {
      if (e.last() instanceof S3Exception answer && answer.statusCode() == 403) {
        return false;
      }
      throw bucket.failures().of(attempt, e);
    }
  }

  private void hide(Probe probe) {
    allowed(
        "delete " + probe.key(),
        RequestKind.DELETE,
        () ->
            bucket
                .client()
                .deleteObject(
                    request -> request.bucket(bucket.name()).key(bucket.pathOf(probe.key()))));
  }
}
