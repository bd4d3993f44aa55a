package io.holdfast.s3;

import io.holdfast.s3.objects.S3Storage;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;

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
}
