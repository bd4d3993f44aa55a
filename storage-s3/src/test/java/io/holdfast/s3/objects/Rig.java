package io.holdfast.s3.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.s3.BucketServer;
import io.holdfast.s3.Gate;
import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.S3Site;
import io.holdfast.s3.wire.Tuning;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A bucket behind a gate, and storages over it that have small parts and little patience. */
final class Rig implements AutoCloseable {
  /** No store takes smaller ones. */
  static final int PART = 5 << 20;

  static final Tuning IMPATIENT =
      new Tuning(
          PART,
          4L * PART,
          16,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          4 << 20,
          Duration.ofSeconds(20),
          Duration.ofMillis(5),
          Duration.ofMillis(40),
          Duration.ZERO);

  static final Predicate<Gate.Request> ANY = request -> true;
  static final Predicate<Gate.Request> PUT = request -> request.is("PUT");
  static final Predicate<Gate.Request> GET = request -> request.is("GET");
  static final Predicate<Gate.Request> COMPLETE =
      request -> request.is("POST") && request.about("uploadId=");

  private static final AtomicInteger NUMBER = new AtomicInteger();

  final BucketServer server;

  private Rig(BucketServer server) {
    this.server = server;
  }

  static Rig start() throws Exception {
    return new Rig(BucketServer.start());
  }

  Gate gate() {
    return server.gate();
  }

  S3Site site() {
    return server.site("test/" + NUMBER.incrementAndGet());
  }

  Storage open(S3Site site) {
    return S3Storage.open(site, new RequestCounts(), IMPATIENT);
  }

  Storage open(S3Site site, Duration patience) {
    return S3Storage.open(site, new RequestCounts(), withPatience(patience));
  }

  static Tuning withPatience(Duration patience) {
    return new Tuning(
        IMPATIENT.part(),
        IMPATIENT.memory(),
        IMPATIENT.connections(),
        IMPATIENT.connect(),
        IMPATIENT.silence(),
        IMPATIENT.slowest(),
        patience,
        IMPATIENT.firstPause(),
        IMPATIENT.longestPause(),
        IMPATIENT.abandoned());
  }

  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static void write(Storage storage, ObjectKey key, byte[] content) {
    try (ObjectWriter writer = storage.write(key)) {
      writer.write(content, 0, content.length);
      writer.commit();
    }
  }

  static byte[] content(Storage storage, ObjectKey key) {
    try (InputStream in = storage.stream(key, 0)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(Storage storage, ObjectKey key) {
    return new String(storage.read(key).content(), UTF_8);
  }

  static List<ObjectStat> leftovers(Storage storage) {
    List<ObjectStat> found = new ArrayList<>();
    storage.leftovers("", found::add);
    return found;
  }

  static List<String> listed(Storage storage) {
    List<String> keys = new ArrayList<>();
    storage.list("", found -> keys.add(found.key().text()));
    return keys;
  }

  /** Neither the failure nor anything behind it shows the secret. */
  static void assertKeepsTheSecret(Throwable failure) {
    StringWriter all = new StringWriter();
    failure.printStackTrace(new PrintWriter(all));
    assertThat(all.toString()).doesNotContain(BucketServer.SECRET);
  }

  @Override
  public void close() {
    server.close();
  }
}
