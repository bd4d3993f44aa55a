package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists page by page. A page is whole when the consumer sees its first object. */
final class Listing {
  private final Bucket bucket;

  Listing(Bucket bucket) {
    this.bucket = bucket;
  }

  /**
   * @param path with '/' at its end, or empty
   */
  void list(String path, Consumer<ObjectStat> consumer) {
    String attempt = "list " + (path.isEmpty() ? "objects" : path);
    String next = null;
    ObjectKey last = null;
    do {
      ListObjectsV2Response page = page(attempt, path, null, next);
      for (S3Object found : page.contents()) {
        Optional<ObjectStat> stat = stat(found);
        if (stat.isPresent()) {
          ObjectKey key = stat.get().key();
          if (last != null && key.compareTo(last) <= 0) {
            throw unordered(attempt, last.text(), key.text());
          }
          last = key;
          consumer.accept(stat.get());
        }
      }
      next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (next != null);
  }

  /**
   * What follows the path up to the next '/', where one follows; as far as these are no keys of
   * others.
   *
   * @param path with '/' at its end, or empty
   */
  List<String> folders(String path) {
    String attempt = "list " + (path.isEmpty() ? "objects" : path);
    int from = bucket.root().length() + path.length();
    TreeSet<String> folders = new TreeSet<>();
    String next = null;
    do {
      ListObjectsV2Response page = page(attempt, path, "/", next);
      for (CommonPrefix found : page.commonPrefixes()) {
        String name = found.prefix().substring(from, found.prefix().length() - 1);
        if (isStep(name)) {
          folders.add(name);
        }
      }
      next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
    } while (next != null);
    return List.copyOf(folders);
  }

  private static boolean isStep(String name) {
    try {
      return new ObjectKey(name).text().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private ListObjectsV2Response page(
      String attempt, String path, @Nullable String delimiter, @Nullable String next) {
    try {
      return bucket
          .retries()
          .run(
              RequestKind.LIST,
              () ->
                  bucket
                      .client()
                      .listObjectsV2(request -> {
                        request
                            .bucket(bucket.name())
                            .prefix(bucket.root() + path)
                            .delimiter(delimiter)
                            .overrideConfiguration(bucket.within(0));
                        if (next != null) {
                          request.continuationToken(next);
                        }
                      }));
    } catch (RequestFailedException e) {
      throw bucket.failures().of(attempt, e);
    }
  }

  /** Empty for what others put there under names that are no keys of ours. */
  private Optional<ObjectStat> stat(S3Object found) {
    if (!found.key().startsWith(bucket.root())) {
      return Optional.empty();
    }
    try {
      ObjectKey key = new ObjectKey(found.key().substring(bucket.root().length()));
      return Optional.of(new ObjectStat(key, found.size(), found.lastModified()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private StorageException unordered(String attempt, String before, String after) {
    return new StorageException(
        "could not "
            + attempt
            + " on "
            + bucket.site().description()
            + ": expected keys in their order, found "
            + after
            + " after "
            + before,
        "A directory bucket of S3 Express lists so; use a bucket for general purposes.",
        null);
  }
}
