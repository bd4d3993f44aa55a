package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.S3Site;
import io.holdfast.s3.wire.Failures;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.s3.wire.Retries;
import io.holdfast.s3.wire.Trouble;
import io.holdfast.s3.wire.Tuning;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What all kinds of requests to one bucket share. */
record Bucket(
    S3Site site,
    S3Client client,
    Retries retries,
    Failures failures,
    Tuning tuning,
    Locking locking) {
  /** Names the write that made an object, so that ours is told from another one's. */
  private static final String TOKEN = "holdfast-write";

  private static final Set<String> NO_OBJECT = Set.of("", "NoSuchKey", "NotFound", "404");

  String name() {
    return site.bucket();
  }

  String pathOf(ObjectKey key) {
    return site.prefix().isEmpty() ? key.text() : site.prefix() + "/" + key.text();
  }

  /** What is before the keys of the repository in the keys of the bucket. */
  String root() {
    return site.prefix().isEmpty() ? "" : site.prefix() + "/";
  }

  static Map<String, String> tokenOf(WriteToken token) {
    return Map.of(TOKEN, token.text());
  }

  static boolean isOf(HeadObjectResponse found, WriteToken token) {
    return token.text().equals(found.metadata().get(TOKEN));
  }

  /** Limits one attempt that carries so many bytes. */
  AwsRequestOverrideConfiguration within(long bytes) {
    Duration attempt = tuning.attempt(bytes);
    return AwsRequestOverrideConfiguration.builder().apiCallAttemptTimeout(attempt).build();
  }

  /** Empty if there is none; a bucket that is missing looks the same. */
  Optional<HeadObjectResponse> head(ObjectKey key) {
    return retries.run(
        RequestKind.HEAD,
        () -> {
          try {
            return Optional.of(
                client.headObject(request ->
                    request.bucket(name()).key(pathOf(key)).overrideConfiguration(within(0))));
          } catch (S3Exception e) {
            if (isNoObject(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** The store's answer is that there is no such object, and nothing else. */
  static boolean isNoObject(S3Exception e) {
    return e.statusCode() == 404 && NO_OBJECT.contains(Trouble.code(e));
  }

  static boolean isConditionFailed(S3Exception e) {
    return e.statusCode() == 412;
  }

  /** Asks the bucket whether it is there: answers to HEAD do not tell, and give no reasons. */
  void ensureThere(String attempt) {
    try {
      retries.run(
          RequestKind.LIST,
          () ->
              client.listObjectsV2(request ->
                  request
                      .bucket(name())
                      .prefix(root())
                      .maxKeys(1)
                      .overrideConfiguration(within(0))));
    } catch (RequestFailedException e) {
      throw failures.of(attempt, e);
    }
  }

  StorageException interrupted(String attempt, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StorageException(
        "could not " + attempt + " on " + site.description() + ": interrupted", null, e);
  }
}
