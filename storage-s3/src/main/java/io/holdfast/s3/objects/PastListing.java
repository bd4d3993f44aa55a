package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.StorageException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Lists what there was at a moment: of each key the newest version that is not younger, unless that
 * is a mark that says "deleted". Holds one page.
 */
final class PastListing {
  private final Bucket bucket;
  private final Instant moment;
  private volatile boolean versioned;

  PastListing(Bucket bucket, Instant moment) {
    this.bucket = bucket;
    this.moment = moment;
  }

  /** One object as it was, and the version that it was. */
  record Past(ObjectStat stat, String version) {}

  /**
   * A version, or a mark that says "deleted".
   *
   * @param version null for such a mark
   */
  private record Entry(String path, Instant modified, @Nullable ObjectVersion version) {
    static Entry of(ObjectVersion version) {
      return new Entry(version.key(), version.lastModified(), version);
    }

    static Entry of(DeleteMarkerEntry mark) {
      return new Entry(mark.key(), mark.lastModified(), null);
    }

    /**
     * The order of the store: by name, the newest first. Times may be whole seconds: of what seems
     * to have happened at once the deletion comes last, for what is there can be ignored, and what
     * is not there cannot be read.
     */
    boolean isBefore(Entry other) {
      int byPath = path.compareTo(other.path);
      if (byPath != 0) {
        return byPath < 0;
      }
      return modified.isAfter(other.modified)
          || (modified.equals(other.modified) && version != null);
    }
  }

  /**
   * @param path what the keys start with
   * @param visitor is given them in key order, and says whether to go on
   */
  void list(String path, Predicate<Past> visitor) {
    String attempt = "list what there was of " + (path.isEmpty() ? "the repository" : path);
    if (!versioned) {
      requireVersions(attempt);
      versioned = true;
    }
    ListObjectVersionsResponse page = page(attempt, path, null, null);
    String decided = "";
    while (true) {
      Merge entries = new Merge(page);
      for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
        if (!entry.path().equals(decided) && !entry.modified().isAfter(moment)) {
          decided = entry.path();
          Optional<Past> past = past(entry);
          if (past.isPresent() && !visitor.test(past.get())) {
            return;
          }
        }
      }
      if (!Boolean.TRUE.equals(page.isTruncated())) {
        return;
      }
      page = page(attempt, path, page.nextKeyMarker(), page.nextVersionIdMarker());
    }
  }

  /** The object of exactly that key. */
  Optional<Past> find(ObjectKey key) {
    Past[] found = new Past[1];
    list(
        key.text(),
        past -> {
          // Others begin with the same name; its own comes first.
          found[0] = past.stat().key().equals(key) ? past : null;
          return false;
        });
    return Optional.ofNullable(found[0]);
  }

  /**
   * A bucket that never had versions lists what is there now, as if nothing had been deleted. One
   * whose versions were suspended still has those from before; somebody may have done that in order
   * to destroy. Without the right to ask, what is listed has to do.
   */
  private void requireVersions(String attempt) {
    String status;
    try {
      status =
          bucket
              .retries()
              .run(
                  RequestKind.GET,
                  () ->
                      bucket
                          .client()
                          .getBucketVersioning(request ->
                              request.bucket(bucket.name()).overrideConfiguration(bucket.within(0)))
                          .statusAsString());
    } catch (RequestFailedException e) {
      if (e.last() instanceof S3Exception answer
          && (answer.statusCode() == 403 || answer.statusCode() == 501)) {
        return;
      }
      throw bucket.failures().of(attempt, e);
    }
    if (status == null) {
      throw new StorageException(
          "could not "
              + attempt
              + " on "
              + bucket.site().description()
              + " as of "
              + moment
              + ": the bucket keeps no versions of what is deleted or overwritten",
          "Leave out --as-of. docs/sites.md, 'Protected from deletion', says how to switch versions"
              + " on.",
          null);
    }
  }

  private ListObjectVersionsResponse page(
      String attempt, String path, @Nullable String afterKey, @Nullable String afterVersion) {
    try {
      return bucket
          .retries()
          .run(
              RequestKind.LIST,
              () ->
                  bucket
                      .client()
                      .listObjectVersions(request ->
                          request
                              .bucket(bucket.name())
                              .prefix(bucket.root() + path)
                              .keyMarker(afterKey)
                              .versionIdMarker(afterVersion)
                              .overrideConfiguration(bucket.within(0))));
    } catch (RequestFailedException e) {
      throw bucket.failures().of(attempt, e);
    }
  }

  /** Empty for a deletion, and for what others put there under names that are no keys of ours. */
  private Optional<Past> past(Entry entry) {
    ObjectVersion version = entry.version();
    if (version == null || !entry.path().startsWith(bucket.root())) {
      return Optional.empty();
    }
    try {
      ObjectKey key = new ObjectKey(entry.path().substring(bucket.root().length()));
      return Optional.of(
          new Past(
              new ObjectStat(key, version.size(), version.lastModified()), version.versionId()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Versions and marks come as one list from the store, and as two from the SDK. */
  private static final class Merge {
    private final Iterator<Entry> versions;
    private final Iterator<Entry> marks;
    private @Nullable Entry version;
    private @Nullable Entry mark;

    Merge(ListObjectVersionsResponse page) {
      versions = page.versions().stream().map(Entry::of).iterator();
      marks = page.deleteMarkers().stream().map(Entry::of).iterator();
      version = after(versions);
      mark = after(marks);
    }

    @Nullable Entry next() {
      Entry first = version;
      Entry second = mark;
      if (second == null || (first != null && first.isBefore(second))) {
        version = after(versions);
        return first;
      }
      mark = after(marks);
      return second;
    }

    private static @Nullable Entry after(Iterator<Entry> from) {
      return from.hasNext() ? from.next() : null;
    }
  }
}
