package io.holdfast.s3.wire;

import io.holdfast.s3.S3Site;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * The access key in use. One that was configured is fetched once, and again when the store refuses
 * it; what the standard chain gives renews itself.
 */
public final class KeptKeys implements AwsCredentialsProvider, AutoCloseable {
  private final Optional<S3Site.Keys> source;
  private final @Nullable DefaultCredentialsProvider chain;
  private @Nullable AwsCredentials kept;
  private int generation;

  public KeptKeys(Optional<S3Site.Keys> source) {
    this.source = source;
    this.chain = source.isPresent() ? null : DefaultCredentialsProvider.builder().build();
  }

  @Override
  public AwsCredentials resolveCredentials() {
    if (chain != null) {
      return noted(chain.resolveCredentials());
    }
    synchronized (this) {
      if (kept == null) {
        kept = fetch();
      }
      return kept;
    }
  }

  /** Goes up with every key that is another one than the key before. */
  synchronized int generation() {
    return generation;
  }

  /**
   * Looks for another key than the one that was refused.
   *
   * @param refused the generation before the request
   * @return true if there is one now
   */
  synchronized boolean renew(int refused) {
    if (generation == refused) {
      noted(chain == null ? fetch() : chain.resolveCredentials());
    }
    return generation != refused;
  }

  private synchronized AwsCredentials noted(AwsCredentials now) {
    if (kept != null && !kept.equals(now)) {
      generation++;
    }
    kept = now;
    return now;
  }

  private AwsCredentials fetch() {
    S3Site.AccessKey key = source.orElseThrow().fetch();
    try (Secret secret = key.secret()) {
      byte[] bytes = secret.bytes();
      try {
        return AwsBasicCredentials.create(
            key.id().strip(), new String(bytes, StandardCharsets.UTF_8).strip());
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  @Override
  public void close() {
    if (chain != null) {
      chain.close();
    }
  }
}
