package io.holdfast.s3;

import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where a bucket is and how it is spoken to.
 *
 * @param prefix what all keys start with, without '/' at its ends; may be empty
 * @param endpoint empty: Amazon's, for the region
 * @param region empty: as the environment says, or us-east-1 where there is an endpoint
 * @param storageClass of large objects; empty: the bucket's own
 * @param encryption what the store is told to encrypt with; empty: as the bucket does by itself
 * @param keys empty: the standard chain of the SDK
 * @param lock empty: nothing is locked
 */
public record S3Site(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    boolean pathStyle,
    Optional<String> storageClass,
    Optional<Encryption> encryption,
    Optional<Keys> keys,
    Optional<Lock> lock) {

  /** How the store encrypts, with keys of its own. */
  public sealed interface Encryption {
    record Aes256() implements Encryption {}

    /**
     * @param key id or ARN; empty: the account's own
     */
    record Kms(Optional<String> key) implements Encryption {}
  }

  /**
   * The store's object lock.
   *
   * @param period for how long what is written cannot be deleted
   * @param covers which objects are locked: what changes or goes in daily life must not be
   */
  public record Lock(LockMode mode, Duration period, Predicate<ObjectKey> covers) {}

  /** Who can end a lock before its time. */
  public enum LockMode {
    /** Whoever has a right of his own for that. */
    GOVERNANCE,
    /** Nobody. */
    COMPLIANCE
  }

  /** An access key. */
  public record AccessKey(String id, Secret secret) {}

  /** Fetches an access key; asked again when the store refuses the one it gave. */
  public interface Keys {
    /** The caller closes the secret. */
    AccessKey fetch();
  }

  /** For messages. */
  public String description() {
    return "s3://"
        + bucket
        + (prefix.isEmpty() ? "" : "/" + prefix)
        + endpoint.map(address -> " (" + address + ")").orElse("");
  }
}
