package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object from an offset to its end. A connection that breaks, ends early or hardly delivers is
 * replaced by one that goes on where it stopped, at the same version of the object.
 */
final class S3Stream extends InputStream {
  /** So often in a row without progress, each with all the patience of a request. */
  private static final int MOST_BREAKS = 5;

  /** Where so much came since the last break, it counts as progress. */
  private static final long PROGRESS = 1 << 20;

  private final Bucket bucket;
  private final ObjectKey key;
  private final String version;
  private final Optional<String> id;
  private final long size;
  private @Nullable ResponseInputStream<GetObjectResponse> in;
  private boolean closed;
  private long position;
  private long brokeAt;
  private int breaks;
  private long waited;
  private long came;

  private S3Stream(
      Bucket bucket,
      ObjectKey key,
      Optional<String> id,
      long offset,
      long size,
      ResponseInputStream<GetObjectResponse> in) {
    this.bucket = bucket;
    this.key = key;
    this.id = id;
    this.position = offset;
    this.brokeAt = offset;
    this.size = size;
    this.version = in.response().eTag();
    this.in = in;
  }

  /**
   * Opens and learns in the same request how long the object is.
   *
   * @param id which version of the object; empty for the newest
   * @return empty if the store gives nothing from there on, which it does not for an empty object
   * @throws ObjectMissingException if there is none
   */
  static Optional<InputStream> from(
      Bucket bucket, ObjectKey key, Optional<String> id, long offset) {
    return ask(bucket, key, id, offset, "", Optional.empty())
        .map(in -> new S3Stream(bucket, key, id, offset, Reads.sizeOf(in.response(), offset), in));
  }

  /** Empty if no object reaches so far. */
  private static Optional<ResponseInputStream<GetObjectResponse>> ask(
      Bucket bucket,
      ObjectKey key,
      Optional<String> id,
      long offset,
      String last,
      Optional<String> version) {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.pathOf(key))
            .range("bytes=" + offset + "-" + last)
            .overrideConfiguration(bucket.within(0));
    id.ifPresent(request::versionId);
    version.ifPresent(request::ifMatch);
    Optional<ResponseInputStream<GetObjectResponse>> in;
    try {
      in = bucket.retries().run(RequestKind.GET, () -> begun(bucket, key, request.build()));
    } catch (RequestFailedException e) {
      throw bucket.failures().of("read " + key, e);
    }
    in.filter(begun -> Reads.sizeOf(begun.response(), offset) < 0)
        .ifPresent(begun -> {
          begun.abort();
          throw Reads.tooShort(
              bucket,
              key,
              "expected its end from byte "
                  + offset
                  + ", found "
                  + Reads.describe(begun.response()));
        });
    return in;
  }

  private static Optional<ResponseInputStream<GetObjectResponse>> begun(
      Bucket bucket, ObjectKey key, GetObjectRequest request) {
    try {
      return Optional.of(bucket.client().getObject(request));
    } catch (S3Exception e) {
      if (e.statusCode() == 416) {
        return Optional.empty();
      }
      if (Bucket.isNoObject(e)) {
        throw new ObjectMissingException(bucket.site().description(), key);
      }
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    Objects.checkFromIndexSize(at, length, into.length);
    if (closed) {
      throw new IOException("the stream of " + key + " is closed");
    }
    if (length == 0) {
      return 0;
    }
    int wanted = (int) Math.min(length, size - position);
    if (wanted == 0) {
      return -1;
    }
    while (true) {
      try {
        int read = delivered(into, at, wanted);
        if (read > 0) {
          return read;
        }
        broke(new IOException("the answer ended at byte " + position + " of " + size));
      } catch (IOException e) {
        broke(e);
      }
    }
  }

  private int delivered(byte[] into, int at, int wanted) throws IOException {
    ResponseInputStream<GetObjectResponse> from = in;
    if (from == null) {
      from = again();
      in = from;
    }
    long start = System.nanoTime();
    int read = from.read(into, at, wanted);
    if (read > 0) {
      position += read;
      watch(System.nanoTime() - start, read);
    }
    return read;
  }

  private ResponseInputStream<GetObjectResponse> again() {
    String last = Long.toString(size - 1);
    return ask(bucket, key, id, position, last, Optional.of(version))
        .orElseThrow(() -> Reads.tooShort(bucket, key, "expected " + size + " bytes, found fewer"));
  }

  /** Another connection may be better than one through which hardly anything comes. */
  private void watch(long nanos, int read) throws IOException {
    waited += nanos;
    came += read;
    if (waited > bucket.tuning().silence().toNanos()) {
      boolean crawling = came * 1e9 / waited < bucket.tuning().slowest();
      waited = 0;
      came = 0;
      if (crawling) {
        noteBreak(new IOException("hardly anything comes"));
      }
    }
  }

  private void broke(IOException why) throws IOException {
    if (why instanceof GivenUp) {
      throw why;
    }
    noteBreak(why);
  }

  private void noteBreak(IOException why) throws IOException {
    breaks = position - brokeAt >= PROGRESS ? 1 : breaks + 1;
    brokeAt = position;
    drop();
    if (breaks > MOST_BREAKS || Thread.currentThread().isInterrupted()) {
      throw new GivenUp(
          "could not read " + key + " from " + bucket.site().description() + ": " + why, why);
    }
  }

  private static final class GivenUp extends IOException {
    private static final long serialVersionUID = 1L;

    GivenUp(String message, IOException cause) {
      super(message, cause);
    }
  }

  private void drop() {
    ResponseInputStream<GetObjectResponse> old = in;
    in = null;
    if (old != null) {
      // Closing would read what is left, which may be much or never come.
      old.abort();
    }
  }

  @Override
  public void close() {
    closed = true;
    drop();
  }
}
