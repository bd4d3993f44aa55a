package io.holdfast.s3.objects;

import io.holdfast.s3.RequestKind;
import io.holdfast.s3.wire.RequestFailedException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * Uploads that were begun and neither completed nor aborted. Whether their writer lives cannot be
 * known but of our own; so they count as left behind after a day by the store's clock.
 */
final class UnfinishedUploads {
  private static final Pattern NAME =
      Pattern.compile("(.*/)?[A-Za-z0-9._-]*\\.upload-([0-9a-f]{16})");

  private static final int LONGEST_SHOWN = 150;

  private final Bucket bucket;
  private final Set<String> own = ConcurrentHashMap.newKeySet();

  UnfinishedUploads(Bucket bucket) {
    this.bucket = bucket;
  }

  void begun(String id) {
    own.add(id);
  }

  void ended(String id) {
    own.remove(id);
  }

  /** One upload, under the name that a leftover of it has. */
  private record Found(MultipartUpload upload, ObjectKey name) {}

  /** Those that a dead process left below the path. */
  void list(String path, Consumer<ObjectStat> consumer) {
    each(
        path,
        (found, now) -> {
          MultipartUpload upload = found.upload();
          if (!own.contains(upload.uploadId())
              && !upload.initiated().plus(bucket.tuning().abandoned()).isAfter(now)) {
            consumer.accept(new ObjectStat(found.name(), sizeOf(upload), upload.initiated()));
          }
        });
  }

  /**
   * @throws IllegalArgumentException if the name is none that {@link #list} gives
   */
  void remove(ObjectStat leftover) {
    Matcher form = NAME.matcher(leftover.key().text());
    if (!form.matches()) {
      throw new IllegalArgumentException(leftover.key() + " is not a leftover");
    }
    String folder = form.group(1) == null ? "" : form.group(1);
    each(
        folder,
        (found, now) -> {
          if (found.name().equals(leftover.key())) {
            bucket
                .retries()
                .run(
                    RequestKind.DELETE,
                    () -> {
                      Upload.abort(bucket, found.upload().key(), found.upload().uploadId());
                      return true;
                    });
          }
        });
  }

  private interface Visitor {
    /**
     * @param now by the store's clock
     */
    void visit(Found found, Instant now);
  }

  /**
   * @param path with '/' at its end, or empty
   */
  private void each(String path, Visitor visitor) {
    String keyMarker = null;
    String idMarker = null;
    try {
      while (true) {
        ListMultipartUploadsResponse page = page(path, keyMarker, idMarker);
        Instant now = now(page);
        page.uploads()
            .forEach(upload ->
                named(upload).ifPresent(name -> visitor.visit(new Found(upload, name), now)));
        if (!Boolean.TRUE.equals(page.isTruncated())) {
          return;
        }
        keyMarker = page.nextKeyMarker();
        idMarker = page.nextUploadIdMarker();
      }
    } catch (RequestFailedException e) {
      throw bucket.failures().of("look for unfinished uploads", e);
    }
  }

  private ListMultipartUploadsResponse page(
      String path, @Nullable String keyMarker, @Nullable String idMarker) {
    return bucket
        .retries()
        .run(
            RequestKind.LIST,
            () ->
                bucket
                    .client()
                    .listMultipartUploads(request -> {
                      request
                          .bucket(bucket.name())
                          .prefix(bucket.root() + path)
                          .overrideConfiguration(bucket.within(0));
                      if (keyMarker != null) {
                        request.keyMarker(keyMarker);
                      }
                      if (idMarker != null) {
                        request.uploadIdMarker(idMarker);
                      }
                    }));
  }

  private Optional<ObjectKey> named(MultipartUpload upload) {
    String path = upload.key();
    if (!path.startsWith(bucket.root())) {
      return Optional.empty();
    }
    try {
      ObjectKey key = new ObjectKey(path.substring(bucket.root().length()));
      String folder = key.text().substring(0, key.text().length() - key.name().length());
      String shown = key.name().substring(0, Math.min(LONGEST_SHOWN, key.name().length()));
      String id = Version.of(upload.uploadId().getBytes(StandardCharsets.UTF_8)).substring(0, 16);
      return Optional.of(new ObjectKey(folder + shown + ".upload-" + id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private long sizeOf(MultipartUpload upload) {
    try {
      ListPartsResponse parts =
          bucket
              .retries()
              .run(
                  RequestKind.LIST,
                  () ->
                      bucket
                          .client()
                          .listParts(request ->
                              request
                                  .bucket(bucket.name())
                                  .key(upload.key())
                                  .uploadId(upload.uploadId())
                                  .overrideConfiguration(bucket.within(0))));
      return parts.parts().stream().mapToLong(Part::size).sum();
    } catch (RequestFailedException e) {
      // It may just have ended. Its size is for people to look at.
      return 0;
    }
  }

  private static Instant now(ListMultipartUploadsResponse page) {
    return page.sdkHttpResponse()
        .firstMatchingHeader("Date")
        .flatMap(UnfinishedUploads::parsed)
        // Fractions of a second are cut off there.
        .map(date -> date.plusSeconds(1))
        .orElse(Instant.MIN);
  }

  private static Optional<Instant> parsed(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
