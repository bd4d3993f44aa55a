package io.holdfast.s3.objects;

import io.holdfast.s3.objects.PastListing.Past;
import io.holdfast.s3.wire.KeptKeys;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Versioned;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.InputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A bucket as it was at a moment, out of the versions that it keeps. What was deleted or replaced
 * since is read as it was; what came since is not there. Refuses every change.
 */
final class PastStorage implements Storage {
  /** The past does not change, so what was found stays true; as many as fit into a few MB. */
  private static final int REMEMBERED = 10_000;

  private final Bucket bucket;
  private final KeptKeys keys;
  private final Instant moment;
  private final PastListing listing;
  private final Reads reads;
  private final Map<ObjectKey, Past> found = new Remembered();

  PastStorage(Bucket bucket, KeptKeys keys, Instant moment) {
    this.bucket = bucket;
    this.keys = keys;
    this.moment = moment;
    this.listing = new PastListing(bucket, moment);
    this.reads = new Reads(bucket, key -> Optional.of(past(key).version()));
  }

  private static final class Remembered extends LinkedHashMap<ObjectKey, Past> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ObjectKey, Past> eldest) {
      return size() > REMEMBERED;
    }
  }

  @Override
  public String description() {
    return bucket.site().description() + " as of " + moment;
  }

  private Past past(ObjectKey key) {
    return find(key).orElseThrow(() -> new ObjectMissingException(description(), key));
  }

  private Optional<Past> find(ObjectKey key) {
    synchronized (found) {
      Past known = found.get(key);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<Past> past = listing.find(key);
    past.ifPresent(this::remember);
    return past;
  }

  private void remember(Past past) {
    synchronized (found) {
      found.put(past.stat().key(), past);
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
      reaching(key, offset);
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
    Past past = reaching(key, offset);
    long size = past.stat().size();
    return offset == size
        ? InputStream.nullInputStream()
        : S3Stream.from(bucket, key, Optional.of(past.version()), offset)
            .orElseThrow(() ->
                Reads.tooShort(
                    bucket, key, "expected bytes " + offset + " and on, found none of " + size));
  }

  private Past reaching(ObjectKey key, long offset) {
    Past past = past(key);
    if (offset > past.stat().size()) {
      throw Reads.tooShort(
          bucket, key, "expected at least " + offset + " bytes, found " + past.stat().size());
    }
    return past;
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return find(key).map(Past::stat);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    listing.list(
        prefix.isEmpty() ? "" : new ObjectKey(prefix).text() + "/",
        past -> {
          remember(past);
          consumer.accept(past.stat());
          return true;
        });
  }

  /** What was unfinished is not kept. */
  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {}

  private HoldfastException refusal(String attempt) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not " + attempt + " on " + description() + ": the past is only read",
        "Leave out --as-of to change what is there now.");
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    throw refusal("create " + key);
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    throw refusal("write " + key);
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    throw refusal("replace " + key);
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    throw refusal("delete " + key);
  }

  @Override
  public void delete(ObjectKey key) {
    throw refusal("delete " + key);
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    throw refusal("delete " + leftover.key());
  }

  @Override
  public void close() {
    bucket.client().close();
    keys.close();
  }
}
