package io.holdfast.s3;

import io.holdfast.vocabulary.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * Where a bucket is and how it is spoken to.
 *
 * @param prefix what all keys start with, without '/' at its ends; may be empty
 * @param endpoint empty: Amazon's, for the region
 * @param region empty: as the environment says, or us-east-1 where there is an endpoint
 * @param storageClass of large objects; empty: the bucket's own
 * @param encryption what the store is told to encrypt with; empty: as the bucket does by itself
 * @param keys empty: the standard chain of the SDK
 */
public record S3Site(
    String bucket,
    String prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    boolean pathStyle,
    Optional<String> storageClass,
    Optional<Encryption> encryption,
    Optional<Keys> keys) {

  /** How the store encrypts, with keys of its own. */
  public sealed interface Encryption {
    record Aes256() implements Encryption {}

    /**
     * @param key id or ARN; empty: the account's own
     */
    record Kms(Optional<String> key) implements Encryption {}
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
