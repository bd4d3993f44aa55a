package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.S3Site.Encryption;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Objects that are written with one request. An answer that leaves open whether the write was done
 * is settled by looking whose write is there.
 */
final class Puts {
  /** Objects below this cost more in a class with a minimum size than in the bucket's own. */
  static final int WORTH_A_CLASS = 128 << 10;

  /** A key that is said to be taken, and is not: somebody may have deleted it in between. */
  private static final int ROUNDS = 5;

  private final Bucket bucket;

  Puts(Bucket bucket) {
    this.bucket = bucket;
  }

  /** What is there after a write whose outcome was not told. */
  enum Found {
    OURS,
    ANOTHER,
    NOTHING
  }

  /**
   * @throws ObjectExistsException if the key is taken by another write than this one
   */
  void create(ObjectKey key, Body content, boolean large) {
    for (int round = 1; ; round++) {
      WriteToken token = WriteToken.next();
      boolean done =
          settled(
              "create " + key,
              key,
              token,
              () ->
                  send(
                      key,
                      content,
                      token,
                      request -> {
                        request.ifNoneMatch("*");
                        if (large && content.length() >= WORTH_A_CLASS) {
                          bucket.site().storageClass().ifPresent(request::storageClass);
                        }
                      }));
      if (done) {
        return;
      }
      Found found = look("create " + key, key, token);
      if (found == Found.OURS) {
        return;
      }
      if (found == Found.ANOTHER) {
        throw new ObjectExistsException(bucket.site().description(), key);
      }
      if (round == ROUNDS) {
        throw contradictory(key);
      }
    }
  }

  private StorageException contradictory(ObjectKey key) {
    return new StorageException(
        "could not create "
            + key
            + " on "
            + bucket.site().description()
            + ": the store says that it exists, and does not have it",
        "'holdfast doctor' tells whether the store keeps what a repository needs.",
        null);
  }

  /**
   * @return false if another version is there, or nothing
   */
  boolean replace(ObjectKey key, String expected, Body content) {
    WriteToken token = WriteToken.next();
    return settled("replace " + key, key, token, () -> replaced(key, content, token, expected))
        || look("replace " + key, key, token) == Found.OURS;
  }

  private boolean replaced(ObjectKey key, Body content, WriteToken token, String expected) {
    try {
      return send(key, content, token, request -> request.ifMatch(expected));
    } catch (S3Exception e) {
      if (Bucket.isNoObject(e)) {
        return false;
      }
      throw e;
    }
  }

  private interface Attempt {
    /** False if the store said that the condition does not hold. */
    boolean send();
  }

  /** Sends until an answer comes; where none comes, looks whether the write was done. */
  private boolean settled(String attempt, ObjectKey key, WriteToken token, Attempt write) {
    try {
      return bucket.retries().run(RequestKind.PUT, write::send);
    } catch (RequestFailedException e) {
      if (e.open() && isThere(key, token)) {
        return true;
      }
      throw bucket.failures().of(attempt, e);
    }
  }

  private boolean send(
      ObjectKey key, Body content, WriteToken token, Consumer<PutObjectRequest.Builder> more) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.pathOf(key))
            .contentLength((long) content.length())
            .checksumCRC32(content.checksum())
            .metadata(Bucket.tokenOf(token))
            .overrideConfiguration(bucket.within(content.length()));
    bucket
        .locking()
        .now(bucket, key)
        .ifPresent(until ->
            request.objectLockMode(until.mode()).objectLockRetainUntilDate(until.moment()));
    encrypt(request);
    more.accept(request);
    try {
      bucket.client().putObject(request.build(), content.request());
      return true;
    } catch (S3Exception e) {
      if (Bucket.isConditionFailed(e)) {
        return false;
      }
      throw e;
    }
  }

  private void encrypt(PutObjectRequest.Builder request) {
    bucket
        .site()
        .encryption()
        .ifPresent(how -> {
          switch (how) {
            case Encryption.Aes256() -> request.serverSideEncryption(ServerSideEncryption.AES256);
            case Encryption.Kms(Optional<String> id) -> {
              request.serverSideEncryption(ServerSideEncryption.AWS_KMS);
              id.ifPresent(request::ssekmsKeyId);
            }
          }
        });
  }

  /** Whose write is there. */
  Found look(String attempt, ObjectKey key, WriteToken token) {
    Optional<HeadObjectResponse> there;
    try {
      there = bucket.head(key);
    } catch (RequestFailedException e) {
      throw bucket.failures().of(attempt, e);
    }
    return there
        .map(found -> Bucket.isOf(found, token) ? Found.OURS : Found.ANOTHER)
        .orElse(Found.NOTHING);
  }

  /** False also when that could not be found out. */
  boolean isThere(ObjectKey key, WriteToken token) {
    try {
      return look("look at " + key, key, token) == Found.OURS;
    } catch (StorageException e) {
      return false;
    }
  }
}
