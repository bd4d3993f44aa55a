package io.holdfast.s3.objects;

import io.holdfast.s3.BucketProtection;
import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.RequestKind;
import io.holdfast.s3.S3Site;
import io.holdfast.s3.wire.Clients;
import io.holdfast.s3.wire.Failures;
import io.holdfast.s3.wire.KeptKeys;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.s3.wire.Retries;
import io.holdfast.s3.wire.Tuning;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Versioned;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects in a bucket. Stands on conditional writes ({@code If-None-Match: *}, {@code If-Match}):
 * the version of an object is its ETag.
 */
public final class S3Storage implements Storage {
  private static final PartMemory SHARED = new PartMemory(Tuning.DEFAULT.memory());

  private final Bucket bucket;
  private final KeptKeys keys;
  private final Puts puts;
  private final Reads reads;
  private final Listing listing;
  private final UnfinishedUploads unfinished;
  private final PartMemory memory;
  private final PartSizes sizes;
  private volatile boolean seen;

  private S3Storage(Bucket bucket, KeptKeys keys, PartMemory memory) {
    this.bucket = bucket;
    this.keys = keys;
    this.puts = new Puts(bucket);
    this.reads = new Reads(bucket);
    this.listing = new Listing(bucket);
    this.unfinished = new UnfinishedUploads(bucket);
    this.memory = memory;
    this.sizes = new PartSizes(bucket.tuning().part());
  }

  /** All buckets of this process share the memory for their parts. */
  public static Storage open(S3Site site, RequestCounts counts) {
    return open(site, counts, Tuning.DEFAULT, SHARED);
  }

  static Storage open(S3Site site, RequestCounts counts, Tuning tuning) {
    return open(site, counts, tuning, new PartMemory(tuning.memory()));
  }

  /** The bucket as it was at a moment, to read from. */
  public static Storage openPast(S3Site site, RequestCounts counts, Instant moment) {
    return openPast(site, counts, Tuning.DEFAULT, moment);
  }

  static Storage openPast(S3Site site, RequestCounts counts, Tuning tuning, Instant moment) {
    KeptKeys keys = new KeptKeys(site.keys());
    return new PastStorage(bucket(site, counts, tuning, keys), keys, moment);
  }

  /** What keeps the bucket's objects from being deleted; tries it with objects of its own. */
  public static BucketProtection probe(S3Site site, RequestCounts counts) {
    try (KeptKeys keys = new KeptKeys(site.keys())) {
      Bucket bucket = bucket(site, counts, Tuning.DEFAULT, keys);
      try (S3Client _ = bucket.client()) {
        return new ProtectionProbe(bucket).run();
      }
    }
  }

  private static Bucket bucket(S3Site site, RequestCounts counts, Tuning tuning, KeptKeys keys) {
    S3Client client = Clients.of(site, keys, tuning);
    Retries retries = new Retries(tuning, counts, keys);
    return new Bucket(site, client, retries, new Failures(site), tuning, Locking.of(site));
  }

  private static Storage open(S3Site site, RequestCounts counts, Tuning tuning, PartMemory memory) {
    KeptKeys keys = new KeptKeys(site.keys());
    return new S3Storage(bucket(site, counts, tuning, keys), keys, memory);
  }

  @Override
  public String description() {
    return bucket.site().description();
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    puts.create(key, Body.of(content), false);
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return new S3Writer(bucket, puts, memory, sizes, unfinished, key);
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    return puts.replace(key, expected, Body.of(content));
  }

  /**
   * Where an answer got lost and the object is gone afterwards, this says true: the expected
   * version is no more, whoever deleted it.
   */
  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    Optional<HeadObjectResponse> found = head("delete " + key, key);
    if (found.isEmpty() || !found.get().eTag().equals(expected)) {
      return false;
    }
    boolean[] again = {false};
    try {
      return bucket
          .retries()
          .run(
              RequestKind.DELETE,
              () -> {
                boolean repeated = again[0];
                again[0] = true;
                return deleted(key, expected, repeated);
              });
    } catch (RequestFailedException e) {
      throw bucket.failures().of("delete " + key, e);
    }
  }

  private boolean deleted(ObjectKey key, String expected, boolean repeated) {
    try {
      bucket
          .client()
          .deleteObject(request ->
              request
                  .bucket(bucket.name())
                  .key(bucket.pathOf(key))
                  .ifMatch(expected)
                  .overrideConfiguration(bucket.within(0)));
      return true;
    } catch (S3Exception e) {
      if (Bucket.isNoObject(e)) {
        return repeated;
      }
      if (Bucket.isConditionFailed(e)) {
        // Some stores answer so, too, when there is no object.
        return repeated && bucket.head(key).isEmpty();
      }
      throw e;
    }
  }

  @Override
  public Versioned read(ObjectKey key) {
    return reads.whole(key);
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    Objects.checkFromIndexSize(at, length, into.length);
    if (length == 0) {
      sizeReaching(key, offset);
    } else {
      reads.range(key, offset, into, at, length);
    }
  }

  @Override
  public byte[] beginning(ObjectKey key, int most) {
    return reads.beginning(key, most);
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    return S3Stream.from(bucket, key, Optional.empty(), offset)
        .orElseGet(() -> {
          long size = sizeReaching(key, offset);
          if (offset < size) {
            throw Reads.tooShort(
                bucket, key, "expected bytes " + offset + " and on, found none of " + size);
          }
          return InputStream.nullInputStream();
        });
  }

  private long sizeReaching(ObjectKey key, long offset) {
    long size = stat(key).orElseThrow(() -> new ObjectMissingException(description(), key)).size();
    if (offset > size) {
      throw Reads.tooShort(bucket, key, "expected at least " + offset + " bytes, found " + size);
    }
    return size;
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return head("look at " + key, key)
        .map(found -> new ObjectStat(key, found.contentLength(), found.lastModified()));
  }

  /** A missing bucket is never taken for a missing object. */
  private Optional<HeadObjectResponse> head(String attempt, ObjectKey key) {
    Optional<HeadObjectResponse> found;
    try {
      found = bucket.head(key);
    } catch (RequestFailedException e) {
      // The answer to HEAD has no body that would say why; that of a listing has.
      bucket.ensureThere(attempt);
      throw bucket.failures().of(attempt, e);
    }
    if (found.isPresent()) {
      seen = true;
    } else if (!seen) {
      bucket.ensureThere(attempt);
      seen = true;
    }
    return found;
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    listing.list(pathOf(prefix), consumer);
  }

  @Override
  public List<String> folders(String prefix) {
    return listing.folders(pathOf(prefix));
  }

  @Override
  public void delete(ObjectKey key) {
    try {
      bucket
          .retries()
          .run(
              RequestKind.DELETE,
              () -> {
                try {
                  return bucket
                      .client()
                      .deleteObject(request ->
                          request
                              .bucket(bucket.name())
                              .key(bucket.pathOf(key))
                              .overrideConfiguration(bucket.within(0)));
                } catch (S3Exception e) {
                  if (Bucket.isNoObject(e)) {
                    return e;
                  }
                  throw e;
                }
              });
    } catch (RequestFailedException e) {
      throw bucket.failures().of("delete " + key, e);
    }
  }

  @Override
  public void protect(Supplier<? extends Collection<ObjectKey>> keys) {
    if (bucket.site().lock().isPresent()) {
      new LockExtension(bucket).extend(keys.get());
    }
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    unfinished.list(pathOf(prefix), consumer);
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    unfinished.remove(leftover);
  }

  private static String pathOf(String prefix) {
    return prefix.isEmpty() ? "" : new ObjectKey(prefix).text() + "/";
  }

  @Override
  public void close() {
    bucket.client().close();
    keys.close();
  }
}
