package io.holdfast.s3.wire;

import io.holdfast.s3.S3Site;
import io.holdfast.storage.StorageException;
import java.util.Optional;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** Makes the SDK's client. */
public final class Clients {
  private Clients() {}

  /**
   * @throws StorageException if no region is known
   */
  public static S3Client of(S3Site site, KeptKeys keys, Tuning tuning) {
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(keys)
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(tuning.connections())
                    .connectionTimeout(tuning.connect())
                    .connectionAcquisitionTimeout(tuning.patience())
                    .socketTimeout(tuning.silence())
                    .tcpKeepAlive(true))
            // Checksums are ours and explicit: the SDK's would come as trailers of a chunked body,
            // which other stores than Amazon's do not all understand.
            .serviceConfiguration(
                S3Configuration.builder()
                    .pathStyleAccessEnabled(site.pathStyle())
                    .chunkedEncodingEnabled(false)
                    .build())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()));
    site.endpoint().ifPresent(builder::endpointOverride);
    Optional<String> region =
        site.region().or(() -> site.endpoint().map(address -> Region.US_EAST_1.id()));
    region.map(Region::of).ifPresent(builder::region);
    try {
      return builder.build();
    } catch (SdkClientException e) {
      throw new StorageException(
          "could not open " + site.description() + ": " + e.getMessage(),
          "Say in which region the bucket lies: 'region: eu-central-1' below 's3:', or AWS_REGION.",
          e);
    }
  }
}
