package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.S3Site.Encryption;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.StorageException;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** One upload in parts, from its beginning to its completion or end. */
final class Upload {
  private final Bucket bucket;
  private final Puts puts;
  private final ObjectKey key;
  private final WriteToken token;
  private final String id;

  private Upload(Bucket bucket, Puts puts, ObjectKey key, WriteToken token, String id) {
    this.bucket = bucket;
    this.puts = puts;
    this.key = key;
    this.token = token;
    this.id = id;
  }

  /**
   * An answer that got lost leaves an upload behind that nobody knows; it has no parts, costs
   * nothing, and is named by the leftovers.
   */
  static Upload begin(Bucket bucket, Puts puts, ObjectKey key) {
    WriteToken token = WriteToken.next();
    CreateMultipartUploadRequest.Builder request =
        CreateMultipartUploadRequest.builder()
            .bucket(bucket.name())
            .key(bucket.pathOf(key))
            .checksumAlgorithm(ChecksumAlgorithm.CRC32)
            .metadata(Bucket.tokenOf(token))
            .overrideConfiguration(bucket.within(0));
    bucket
        .locking()
        .now(bucket, key)
        .ifPresent(until ->
            request.objectLockMode(until.mode()).objectLockRetainUntilDate(until.moment()));
    bucket.site().storageClass().ifPresent(request::storageClass);
    bucket.site().encryption().ifPresent(how -> encrypt(request, how));
    try {
      String id =
          bucket
              .retries()
              .run(
                  RequestKind.PUT,
                  () -> bucket.client().createMultipartUpload(request.build()).uploadId());
      return new Upload(bucket, puts, key, token, id);
    } catch (RequestFailedException e) {
      throw bucket.failures().of("create " + key, e);
    }
  }

  private static void encrypt(CreateMultipartUploadRequest.Builder request, Encryption how) {
    switch (how) {
      case Encryption.Aes256() -> request.serverSideEncryption(ServerSideEncryption.AES256);
      case Encryption.Kms(Optional<String> kms) -> {
        request.serverSideEncryption(ServerSideEncryption.AWS_KMS);
        kms.ifPresent(request::ssekmsKeyId);
      }
    }
  }

  String id() {
    return id;
  }

  /** Stores one part; the same number again replaces it. */
  CompletedPart store(int number, Body part) {
    String checksum = part.checksum();
    try {
      UploadPartResponse stored =
          bucket
              .retries()
              .run(
                  RequestKind.PUT,
                  () ->
                      bucket
                          .client()
                          .uploadPart(
                              request ->
                                  request
                                      .bucket(bucket.name())
                                      .key(bucket.pathOf(key))
                                      .uploadId(id)
                                      .partNumber(number)
                                      .contentLength((long) part.length())
                                      .checksumCRC32(checksum)
                                      .overrideConfiguration(bucket.within(part.length())),
                              part.request()));
      return CompletedPart.builder()
          .partNumber(number)
          .eTag(stored.eTag())
          .checksumCRC32(stored.checksumCRC32())
          .build();
    } catch (RequestFailedException e) {
      throw bucket.failures().of("store part " + number + " of " + key, e);
    }
  }

  /**
   * Makes the object exist if the key is free.
   *
   * @throws ObjectExistsException if it is not
   */
  void complete(List<CompletedPart> parts) {
    String attempt = "create " + key;
    Optional<S3Exception> refused;
    try {
      refused = bucket.retries().run(RequestKind.PUT, () -> refusal(parts));
    } catch (RequestFailedException e) {
      if (e.open() && puts.isThere(key, token)) {
        return;
      }
      throw bucket.failures().of(attempt, e);
    }
    if (refused.isPresent()) {
      switch (puts.look(attempt, key, token)) {
        case OURS -> {}
        case ANOTHER -> throw new ObjectExistsException(bucket.site().description(), key);
        case NOTHING -> throw lost(attempt, refused.get());
      }
    }
  }

  /**
   * Empty if it is complete. An upload that is not there any more may have been completed by an
   * attempt whose answer got lost.
   */
  private Optional<S3Exception> refusal(List<CompletedPart> parts) {
    try {
      bucket
          .client()
          .completeMultipartUpload(request ->
              request
                  .bucket(bucket.name())
                  .key(bucket.pathOf(key))
                  .uploadId(id)
                  .ifNoneMatch("*")
                  .multipartUpload(upload -> upload.parts(parts))
                  .overrideConfiguration(
                      bucket.within((long) parts.size() * bucket.tuning().part())));
      return Optional.empty();
    } catch (S3Exception e) {
      if (Bucket.isConditionFailed(e) || e.statusCode() == 404) {
        return Optional.of(e);
      }
      throw e;
    }
  }

  private StorageException lost(String attempt, S3Exception e) {
    return new StorageException(
        "could not "
            + attempt
            + " on "
            + bucket.site().description()
            + ": the upload is not there any more, and neither is the object",
        "Does a life-cycle rule of the bucket end unfinished uploads too early, or did somebody"
            + " remove it?",
        e);
  }

  /** Ends it without an object. Everything that stored parts must have ended. */
  void abort() {
    try {
      bucket
          .retries()
          .runBriefly(
              RequestKind.DELETE,
              () -> {
                abort(bucket, bucket.pathOf(key), id);
                return true;
              });
    } catch (RequestFailedException e) {
      throw bucket.failures().of("remove the unfinished " + key, e);
    }
  }

  static void abort(Bucket bucket, String path, String id) {
    try {
      bucket
          .client()
          .abortMultipartUpload(request ->
              request
                  .bucket(bucket.name())
                  .key(path)
                  .uploadId(id)
                  .overrideConfiguration(bucket.within(0)));
    } catch (S3Exception e) {
      if (e.statusCode() != 404) {
        throw e;
      }
    }
  }
}
