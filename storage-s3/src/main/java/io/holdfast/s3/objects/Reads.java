package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectTooLargeException;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Versioned;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Whole small objects and exact ranges. A body that ends early is asked for again. */
final class Reads {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  private final Bucket bucket;
  private final Function<ObjectKey, Optional<String>> versions;

  /** Reads what is there now. */
  Reads(Bucket bucket) {
    this(bucket, key -> Optional.empty());
  }

  /**
   * @param versions which version of an object is read; empty for the newest
   */
  Reads(Bucket bucket, Function<ObjectKey, Optional<String>> versions) {
    this.bucket = bucket;
    this.versions = versions;
  }

  /** What came back: content, or why there is none. */
  private sealed interface Answer<T> {
    record Content<T>(T value) implements Answer<T> {}

    record Missing<T>() implements Answer<T> {}

    record TooLarge<T>() implements Answer<T> {}

    /** The object ends before, or is not given in ranges. */
    record NotTheRange<T>(String found) implements Answer<T> {}
  }

  Versioned whole(ObjectKey key) {
    return opened(
        key,
        "",
        get(
            key,
            Storage.SMALL,
            request -> {},
            (found, in) -> {
              if (found.contentLength() > Storage.SMALL) {
                in.abort();
                return new Answer.TooLarge<>();
              }
              byte[] content = new byte[found.contentLength().intValue()];
              fill(in, content, 0, content.length);
              return new Answer.Content<>(new Versioned(content, found.eTag()));
            }));
  }

  /**
   * @param length at least 1
   */
  void range(ObjectKey key, long offset, byte[] into, int at, int length) {
    long last = offset + length - 1;
    opened(
        key,
        "expected at least " + (last + 1) + " bytes, found ",
        get(
            key,
            length,
            request -> request.range("bytes=" + offset + "-" + last),
            (found, in) -> {
              if (!isRange(found, offset, last)) {
                in.abort();
                return new Answer.NotTheRange<>(describe(found));
              }
              fill(in, into, at, length);
              return new Answer.Content<>(true);
            }));
  }

  /**
   * @param most at least 1
   */
  byte[] beginning(ObjectKey key, int most) {
    Answer<byte[]> answer =
        get(
            key,
            most,
            request -> request.range("bytes=0-" + (most - 1)),
            (found, in) -> {
              long size = total(found);
              int length = (int) Math.min(most, size);
              if (size <= 0 || (found.contentRange() != null && !isRange(found, 0, length - 1L))) {
                in.abort();
                return new Answer.NotTheRange<>(describe(found));
              }
              byte[] content = new byte[length];
              fill(in, content, 0, length);
              if (found.contentRange() == null) {
                // A store that does not give ranges goes on with the rest.
                in.abort();
              }
              return new Answer.Content<>(content);
            });
    // Of an empty object a store gives no range; whether it is one, it tells itself.
    return answer instanceof Answer.NotTheRange ? whole(key, most) : opened(key, "", answer);
  }

  private byte[] whole(ObjectKey key, int most) {
    byte[] content = whole(key).content();
    return content.length <= most ? content : Arrays.copyOf(content, most);
  }

  /** How long the object is, by any answer; -1 if it does not tell. */
  private static long total(GetObjectResponse found) {
    if (found.contentRange() == null) {
      return found.contentLength();
    }
    Matcher range = CONTENT_RANGE.matcher(found.contentRange());
    return range.matches() && !range.group(3).equals("*") ? Long.parseLong(range.group(3)) : -1;
  }

  private static void fill(AbortableInputStream in, byte[] into, int at, int length)
      throws IOException {
    int read = in.readNBytes(into, at, length);
    if (read < length) {
      throw new IOException("the answer ended after " + read + " of " + length + " bytes");
    }
  }

  private <T> Answer<T> get(
      ObjectKey key,
      int length,
      Consumer<GetObjectRequest.Builder> more,
      ResponseTransformer<GetObjectResponse, Answer<T>> reader) {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.pathOf(key))
            .overrideConfiguration(bucket.within(length));
    versions.apply(key).ifPresent(request::versionId);
    more.accept(request);
    try {
      return bucket
          .retries()
          .run(
              RequestKind.GET,
              () -> {
                try {
                  return bucket.client().getObject(request.build(), reader);
                } catch (S3Exception e) {
                  if (Bucket.isNoObject(e)) {
                    return new Answer.Missing<>();
                  }
                  if (e.statusCode() == 416) {
                    return new Answer.NotTheRange<>("fewer");
                  }
                  throw e;
                }
              });
    } catch (RequestFailedException e) {
      throw bucket.failures().of("read " + key, e);
    }
  }

  private <T> T opened(ObjectKey key, String expected, Answer<T> answer) {
    return switch (answer) {
      case Answer.Content<T>(T value) -> value;
      case Answer.Missing<T>() ->
          throw new ObjectMissingException(bucket.site().description(), key);
      case Answer.TooLarge<T>() ->
          throw new ObjectTooLargeException(bucket.site().description(), key);
      case Answer.NotTheRange<T>(String found) -> throw tooShort(bucket, key, expected + found);
    };
  }

  static StorageException tooShort(Bucket bucket, ObjectKey key, String why) {
    return new StorageException(
        "could not read " + key + " from " + bucket.site().description() + ": " + why,
        "It is not what was written. Run: holdfast verify",
        null);
  }

  /** A store that ignores ranges gives the whole object with another status. */
  private static boolean isRange(GetObjectResponse found, long first, long last) {
    if (found.contentRange() == null) {
      return first == 0 && found.contentLength() == last + 1;
    }
    Matcher range = CONTENT_RANGE.matcher(found.contentRange());
    return range.matches()
        && Long.parseLong(range.group(1)) == first
        && Long.parseLong(range.group(2)) == last;
  }

  /** How long the object is, by an answer that goes from there to its end; -1 if it does not. */
  static long sizeOf(GetObjectResponse found, long first) {
    if (found.contentRange() == null) {
      return first == 0 ? found.contentLength() : -1;
    }
    Matcher range = CONTENT_RANGE.matcher(found.contentRange());
    if (!range.matches() || range.group(3).equals("*")) {
      return -1;
    }
    long size = Long.parseLong(range.group(3));
    boolean toItsEnd =
        Long.parseLong(range.group(1)) == first && Long.parseLong(range.group(2)) == size - 1;
    return toItsEnd ? size : -1;
  }

  static String describe(GetObjectResponse found) {
    if (found.contentRange() == null) {
      return found.contentLength() + ", and the store does not give ranges";
    }
    Matcher range = CONTENT_RANGE.matcher(found.contentRange());
    return range.matches() ? range.group(3) : "the range '" + found.contentRange() + "'";
  }
}
