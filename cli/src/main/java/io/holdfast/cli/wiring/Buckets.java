package io.holdfast.cli.wiring;

import io.holdfast.repository.Repository;
import io.holdfast.s3.BucketProtection;
import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.S3Site;
import io.holdfast.s3.S3Site.AccessKey;
import io.holdfast.s3.S3Site.Encryption;
import io.holdfast.s3.S3Site.Lock;
import io.holdfast.s3.S3Site.LockMode;
import io.holdfast.s3.S3Sites;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.Secrets;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Opens buckets. A class of its own, so that nothing of the SDK is loaded without one. */
final class Buckets {
  private Buckets() {}

  static Storage open(S3Settings settings, RequestCounts requests) {
    return S3Sites.open(site(settings), requests);
  }

  static Storage openAsOf(S3Settings settings, RequestCounts requests, Instant moment) {
    return S3Sites.openAsOf(site(settings), requests, moment);
  }

  static BucketProtection probe(S3Settings settings, RequestCounts requests) {
    return S3Sites.probe(site(settings), requests);
  }

  private static S3Site site(S3Settings settings) {
    return new S3Site(
        settings.bucket(),
        settings.prefix(),
        settings.endpoint(),
        settings.region(),
        settings.pathStyle(),
        settings.storageClass(),
        settings.sse().map(sse -> encryption(sse, settings)),
        settings.credentials().map(credentials -> () -> key(credentials)),
        settings.lock().map(Buckets::lock));
  }

  private static Lock lock(S3Settings.Lock lock) {
    LockMode mode =
        switch (lock.mode()) {
          case GOVERNANCE -> LockMode.GOVERNANCE;
          case COMPLIANCE -> LockMode.COMPLIANCE;
        };
    return new Lock(mode, lock.period(), Repository.placement()::isProtected);
  }

  private static Encryption encryption(S3Settings.Sse sse, S3Settings settings) {
    return switch (sse) {
      case AES256 -> new Encryption.Aes256();
      case KMS -> new Encryption.Kms(settings.kmsKey());
    };
  }

  private static AccessKey key(S3Settings.Credentials credentials) {
    try (Secret id = Secrets.read(credentials.accessKey())) {
      return new AccessKey(
          new String(id.bytes(), StandardCharsets.UTF_8), Secrets.read(credentials.secretKey()));
    }
  }
}
