package io.holdfast.s3;

import io.holdfast.s3.objects.S3Storage;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.time.Instant;

/** Opens buckets. */
public final class S3Sites {
  private S3Sites() {}

  /**
   * The bucket as a site. Asks it nothing yet; the caller closes it.
   *
   * @param counts is told of every request
   * @throws StorageException if there is no region, or no access key where one was configured
   */
  public static Storage open(S3Site site, RequestCounts counts) {
    return S3Storage.open(site, counts);
  }

  /**
   * What keeps the bucket's objects from being deleted. Tries it, with objects of its own.
   *
   * @throws StorageException if the bucket cannot be asked
   */
  public static BucketProtection probe(S3Site site, RequestCounts counts) {
    return S3Storage.probe(site, counts);
  }

  /**
   * The bucket as it was at a moment, out of the versions of its objects. Refuses every change; the
   * caller closes it.
   *
   * @param counts is told of every request
   * @throws StorageException as above
   */
  public static Storage openAsOf(S3Site site, RequestCounts counts, Instant moment) {
    return S3Storage.openPast(site, counts, moment);
  }
}
