package io.holdfast.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * A bucket of S3, or of a store that speaks its language.
 *
 * @param prefix what all keys start with, without '/' at its ends; may be empty
 * @param endpoint empty: Amazon's, for the region
 * @param region empty: as the environment says, or "us-east-1" where there is an endpoint
 * @param pathStyle whether the bucket's name stands in the path instead of the host's name
 * @param storageClass of packs and WAL; empty: the bucket's own
 * @param sse empty: as the bucket encrypts by itself
 * @param kmsKey only with {@link Sse#KMS}; empty: the account's own key
 * @param credentials empty: from where Amazon's tools look for them
 * @param lock empty: what is stored is not locked
 */
public record S3Settings(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    boolean pathStyle,
    Optional<String> storageClass,
    Optional<Sse> sse,
    Optional<String> kmsKey,
    Optional<Credentials> credentials,
    Optional<Lock> lock)
    implements SiteSettings {
  /** How the store encrypts what it keeps, with keys of its own. */
  public enum Sse {
    AES256,
    KMS
  }

  /** Where the two parts of an access key are; never the parts themselves. */
  public record Credentials(SecretReference accessKey, SecretReference secretKey) {}

  /**
   * The store's object lock.
   *
   * @param period for how long what is written is locked
   */
  public record Lock(LockMode mode, Duration period) {}

  /** Who can end a lock before its time: whoever has the right for that, or nobody. */
  public enum LockMode {
    GOVERNANCE,
    COMPLIANCE
  }

  @Override
  public String description() {
    return "s3://"
        + bucket
        + (prefix.isEmpty() ? "" : "/" + prefix)
        + endpoint.map(address -> " (" + address + ")").orElse("");
  }
}
