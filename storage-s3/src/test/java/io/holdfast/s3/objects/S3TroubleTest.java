package io.holdfast.s3.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.s3.Gate.Fate;
import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.RequestKind;
import io.holdfast.s3.S3Site;
import io.holdfast.s3.wire.Tuning;
import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What networks and stores do to requests, and that nothing untrue is said of it. */
final class S3TroubleTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/main/object");
  private static final byte[] LARGE = Rig.random(2 * Rig.PART + 17, 3);

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static Rig rig;

  @SuppressWarnings("NullAway.Init") // made before each test
  private S3Site site;

  @SuppressWarnings("NullAway.Init") // made before each test
  private Storage storage;

  @BeforeAll
  static void start() throws Exception {
    rig = Rig.start();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @BeforeEach
  void open() {
    rig.gate().forget();
    site = rig.site();
    storage = rig.open(site);
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @Test
  void sitsOutAStormOfRefusals() {
    rig.gate().meet(Rig.ANY, 8, new Fate.Refused(503, "SlowDown"));
    storage.stat(KEY);
    rig.gate().meet(Rig.ANY, 8, new Fate.Refused(503, "SlowDown"));

    Rig.write(storage, KEY, LARGE);
    assertThat(Rig.content(storage, KEY)).isEqualTo(LARGE);
    assertThat(rig.gate().spent()).isTrue();
  }

  @Test
  void givesUpWhenAStormDoesNotEnd() {
    try (Storage impatient = rig.open(site, Duration.ofMillis(500))) {
      assertThat(impatient.stat(KEY)).isEmpty();
      rig.gate().meet(Rig.ANY, Integer.MAX_VALUE, new Fate.Refused(503, "SlowDown"));

      StorageException e =
          catchThrowableOfType(
              StorageException.class, () -> impatient.create(KEY, Rig.bytes("never")));
      assertThat(e)
          .isNotInstanceOf(ObjectExistsException.class)
          .hasMessageContaining("503 SlowDown")
          .hasMessageContaining("attempts")
          .hasMessageContaining(KEY.text());
      assertThat(e.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("overloaded"));
    }
  }

  @Test
  void neverTakesItsOwnWriteForAnothers() {
    rig.gate().meet(Rig.PUT, 1, new Fate.LostAnswer());

    storage.create(KEY, Rig.bytes("mine"));
    assertThat(Rig.text(storage, KEY)).isEqualTo("mine");
    assertThatThrownBy(() -> storage.create(KEY, Rig.bytes("mine")))
        .isInstanceOf(ObjectExistsException.class);
  }

  @Test
  void neverTakesAnothersWriteForItsOwn() {
    try (Storage other = rig.open(site)) {
      rig.gate().meet(Rig.PUT, 1, new Fate.LostRequest());
      rig.gate().meet(Rig.PUT, 1, new Fate.After(() -> other.create(KEY, Rig.bytes("same"))));

      assertThatThrownBy(() -> storage.create(KEY, Rig.bytes("same")))
          .isInstanceOf(ObjectExistsException.class);
      assertThat(rig.gate().spent()).isTrue();
    }
  }

  @Test
  void neverTakesAnothersUploadForItsOwn() {
    try (Storage other = rig.open(site)) {
      rig.gate().meet(Rig.COMPLETE, 1, new Fate.After(() -> other.create(KEY, Rig.bytes("other"))));

      assertThatThrownBy(() -> Rig.write(storage, KEY, LARGE))
          .isInstanceOf(ObjectExistsException.class);
      assertThat(Rig.text(storage, KEY)).isEqualTo("other");
      assertThat(Rig.leftovers(other)).isEmpty();
    }
  }

  @Test
  void settlesACompletionWhoseAnswerGotLost() {
    rig.gate().meet(Rig.COMPLETE, 1, new Fate.LostAnswer());

    Rig.write(storage, KEY, LARGE);
    assertThat(Rig.content(storage, KEY)).isEqualTo(LARGE);
    assertThat(Rig.leftovers(storage)).isEmpty();
  }

  @Test
  void settlesAReplacementWhoseAnswerGotLost() {
    storage.create(KEY, Rig.bytes("one"));
    String first = storage.read(KEY).version();
    rig.gate().meet(Rig.PUT, 1, new Fate.LostAnswer());

    assertThat(storage.replace(KEY, first, Rig.bytes("two"))).isTrue();
    try (Storage other = rig.open(site)) {
      String second = storage.read(KEY).version();
      rig.gate().meet(Rig.PUT, 1, new Fate.LostRequest());
      rig.gate()
          .meet(Rig.PUT, 1, new Fate.After(() -> other.replace(KEY, second, Rig.bytes("others"))));

      assertThat(storage.replace(KEY, second, Rig.bytes("mine"))).isFalse();
      assertThat(Rig.text(storage, KEY)).isEqualTo("others");
    }
  }

  @Test
  void refusesWhatWasDamagedOnItsWayAndSendsItAgain() {
    rig.gate().meet(Rig.PUT, 2, new Fate.Damaged());

    storage.create(KEY, LARGE);
    Rig.write(storage, ObjectKey.of("b"), LARGE);
    assertThat(rig.gate().spent()).isTrue();
    assertThat(Rig.content(storage, KEY)).isEqualTo(LARGE);
    assertThat(Rig.content(storage, ObjectKey.of("b"))).isEqualTo(LARGE);
  }

  @Test
  void asksAgainForABodyThatEndsEarly() throws IOException {
    Rig.write(storage, KEY, LARGE);
    rig.gate().meet(Rig.GET, 1, new Fate.CutAnswer(1000));
    byte[] range = new byte[200_000];
    storage.read(KEY, 5, range, 0, range.length);
    assertThat(range).isEqualTo(Arrays.copyOfRange(LARGE, 5, 200_005));

    storage.create(ObjectKey.of("b"), range);
    rig.gate().meet(Rig.GET, 1, new Fate.CutAnswer(4000));
    assertThat(storage.read(ObjectKey.of("b")).content()).isEqualTo(range);

    rig.gate().meet(Rig.GET, 3, new Fate.CutAnswer(20_000));
    try (InputStream in = storage.stream(KEY, 7)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(LARGE, 7, LARGE.length));
    }
    assertThat(rig.gate().spent()).isTrue();
  }

  @Test
  void doesNotWaitForABodyThatHardlyComes() throws IOException {
    Rig.write(storage, KEY, LARGE);
    rig.gate().meet(Rig.GET, 1, new Fate.Drip(1000));
    byte[] range = new byte[200_000];
    storage.read(KEY, 5, range, 0, range.length);
    assertThat(range).isEqualTo(Arrays.copyOfRange(LARGE, 5, 200_005));

    rig.gate().meet(Rig.GET, 1, new Fate.Drip(1000));
    try (InputStream in = storage.stream(KEY, 0)) {
      assertThat(in.readAllBytes()).isEqualTo(LARGE);
    }
    assertThat(rig.gate().spent()).isTrue();
  }

  @Test
  void doesNotWaitForAStoreThatSaysNothing() {
    rig.gate().meet(Rig.PUT, 1, new Fate.Silence());

    storage.create(KEY, Rig.bytes("said"));
    assertThat(Rig.text(storage, KEY)).isEqualTo("said");
  }

  @Test
  void aStreamKeepsToTheVersionItBeganWith() throws IOException {
    storage.create(KEY, Rig.bytes("one one one"));
    rig.gate().meet(Rig.GET, 1, new Fate.CutAnswer(3));
    try (InputStream in = storage.stream(KEY, 0)) {
      assertThat(in.readNBytes(3)).isEqualTo(Rig.bytes("one"));
      storage.delete(KEY);
      storage.create(KEY, Rig.bytes("two two two"));

      assertThatThrownBy(() -> in.readNBytes(3)).isInstanceOf(StorageException.class);
    }
  }

  @Test
  void opensAStreamWithOneRequest() throws IOException {
    Rig.write(storage, KEY, LARGE);
    storage.create(ObjectKey.of("empty"), new byte[0]);
    rig.gate().forget();

    try (InputStream in = storage.stream(KEY, 0)) {
      assertThat(in.readAllBytes()).isEqualTo(LARGE);
    }
    try (InputStream in = storage.stream(KEY, 7)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(LARGE, 7, LARGE.length));
    }
    assertThat(rig.gate().seen()).hasSize(2);
    try (InputStream in = storage.stream(ObjectKey.of("empty"), 0)) {
      assertThat(in.readAllBytes()).isEmpty();
    }
  }

  @Test
  void tellsFoldersWithoutListingWhatIsInThem() {
    for (int i = 0; i < 20; i++) {
      storage.create(ObjectKey.of("clusters/" + i % 2 + "/" + i), new byte[1]);
    }
    rig.gate().forget();

    assertThat(storage.folders("clusters")).containsExactly("0", "1");
    assertThat(rig.gate().seen()).hasSize(1);
    assertThat(rig.gate().seen().getFirst().target()).contains("delimiter=");
  }

  @Test
  void neverTakesAWholeObjectForARestOfOne() {
    Rig.write(storage, KEY, LARGE);
    rig.gate()
        .meet(
            Rig.GET,
            1,
            new Fate.Rewritten(
                "(?is)206 Partial Content(.*?)\r\ncontent-range: [^\r]*", "200 OK$1"));

    assertThatThrownBy(() -> storage.stream(KEY, 5))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("does not give ranges");
    assertThat(rig.gate().spent()).isTrue();
  }

  @Test
  void neverTakesAWholeObjectForARange() {
    Rig.write(storage, KEY, LARGE);
    rig.gate()
        .meet(
            Rig.GET,
            1,
            new Fate.Rewritten(
                "(?is)206 Partial Content(.*?)\r\ncontent-range: [^\r]*", "200 OK$1"));

    assertThatThrownBy(() -> storage.read(KEY, 5, new byte[10], 0, 10))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("does not give ranges");
    assertThat(rig.gate().spent()).isTrue();
  }

  @Test
  void leavesNothingOfAWriteThatFailed() {
    rig.gate()
        .meet(request -> request.about("partNumber=2"), 1, new Fate.Refused(403, "AccessDenied"));

    assertThatThrownBy(() -> Rig.write(storage, KEY, LARGE))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("part 2 of " + KEY);
    assertThat(Rig.listed(storage)).isEmpty();
    try (Storage other = rig.open(site)) {
      assertThat(Rig.leftovers(other)).isEmpty();
    }
  }

  @Test
  void leavesNothingOfAnAbandonedUpload() {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(LARGE, 0, LARGE.length);
    }

    assertThat(Rig.listed(storage)).isEmpty();
    try (Storage other = rig.open(site)) {
      assertThat(Rig.leftovers(other)).isEmpty();
    }
  }

  /** A part that comes after the upload was ended would stay, and cost. */
  @Test
  void waitsForPartsUnderWayBeforeItEndsTheUpload() {
    rig.gate().latency(Duration.ofMillis(200));
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(LARGE, 0, LARGE.length);
      Thread.currentThread().interrupt();
    }
    assertThat(Thread.interrupted()).as("still asked to end").isTrue();

    assertThat(rig.gate().seen()).last().satisfies(last -> assertThat(last.is("DELETE")).isTrue());
    rig.gate().forget();
    try (Storage other = rig.open(site)) {
      assertThat(Rig.leftovers(other)).isEmpty();
    }
    assertThat(rig.gate().seen()).as("nothing comes later").allMatch(seen -> seen.is("GET"));
  }

  @Test
  void seesNothingOfAPrefixThatOnlyBeginsTheSame() {
    try (Storage whole = rig.open(rig.server.site(site.prefix() + "x"))) {
      whole.create(KEY, new byte[1]);
    }
    storage.create(KEY, new byte[1]);

    assertThat(Rig.listed(storage)).containsExactly(KEY.text());
  }

  @Test
  void namesAndRemovesUploadsOfTheDead() {
    ObjectWriter dead = storage.write(KEY);
    dead.write(LARGE, 0, LARGE.length);
    ObjectWriter living = storage.write(ObjectKey.of("b"));
    living.write(LARGE, 0, LARGE.length);

    assertThat(Rig.leftovers(storage)).as("its own").isEmpty();
    try (Storage other = rig.open(site)) {
      assertThat(Rig.leftovers(other))
          .extracting(found -> found.key().text().replaceAll("[0-9a-f]{16}$", "…"))
          .containsExactlyInAnyOrder(KEY + ".upload-…", "b.upload-…");
      other.leftovers("clusters", other::deleteLeftover);
      assertThat(Rig.leftovers(other)).hasSize(1);
      assertThat(Rig.leftovers(other).getFirst().size()).isPositive();
    }
    assertThatThrownBy(dead::commit)
        .isInstanceOf(StorageException.class)
        .isNotInstanceOf(ObjectExistsException.class);
    living.commit();
    dead.close();
    living.close();
    assertThat(Rig.listed(storage)).containsExactly("b");
  }

  @Test
  void takesNoUploadOfTodayForADeadOnes() {
    try (ObjectWriter writer = storage.write(KEY);
        Storage other = S3Storage.open(site, new RequestCounts(), Tuning.DEFAULT)) {
      writer.write(LARGE, 0, LARGE.length);

      assertThat(Rig.leftovers(other)).isEmpty();
      writer.commit();
    }
  }

  @Test
  void sendsSeveralPartsAtOnceAndNotMoreThanTheMemoryHolds() {
    rig.gate().latency(Duration.ofMillis(50));
    Rig.write(storage, KEY, Rig.random(8 * Rig.PART, 9));

    assertThat(rig.gate().mostAtOnce()).isBetween(3, 4);
  }

  /** More writers than the memory holds parts of, all by one thread. */
  @Test
  void letsAnyNumberOfWritersFillAtOnce() {
    List<ObjectWriter> writers = new java.util.ArrayList<>();
    for (int i = 0; i < 6; i++) {
      writers.add(storage.write(ObjectKey.of("many/" + i)));
    }
    for (int at = 0; at < LARGE.length; at += 1 << 20) {
      int step = Math.min(1 << 20, LARGE.length - at);
      for (ObjectWriter writer : writers) {
        writer.write(LARGE, at, step);
      }
    }
    for (ObjectWriter writer : writers) {
      writer.commit();
      writer.close();
    }

    assertThat(Rig.listed(storage)).hasSize(6);
    assertThat(Rig.content(storage, ObjectKey.of("many/5"))).isEqualTo(LARGE);
  }

  @Test
  void asksAgainForAListingThatEndsEarly() {
    storage.create(KEY, new byte[1]);
    rig.gate().meet(Rig.GET, 1, new Fate.CutAnswer(100));
    assertThat(Rig.listed(storage)).containsExactly(KEY.text());

    rig.gate().meet(Rig.GET, 1, new Fate.Shortened(150));
    assertThat(Rig.listed(storage)).containsExactly(KEY.text());
    assertThat(rig.gate().spent()).isTrue();
  }

  @Test
  void listsPageByPage() {
    List<String> keys = IntStream.range(0, 1003).mapToObj(i -> "p/%04d".formatted(i)).toList();
    keys.parallelStream().forEach(key -> storage.create(ObjectKey.of(key), new byte[0]));

    assertThat(Rig.listed(storage)).isEqualTo(keys);
  }

  @Test
  void countsEveryRequest() {
    RequestCounts counts = new RequestCounts();
    try (Storage counted = S3Storage.open(site, counts, Rig.IMPATIENT)) {
      rig.gate().meet(Rig.PUT, 1, new Fate.Refused(503, "SlowDown"));
      Rig.write(counted, KEY, LARGE);
      counted.read(KEY, 1, new byte[9], 0, 9);
      counted.delete(KEY);
    }

    // Two parts and a rest, beginning and end, and the one that was refused.
    assertThat(counts).hasToString("6 PUT, 1 GET, 1 DELETE");
    assertThat(rig.gate().seen()).hasSize(8);
    assertThat(counts.of(RequestKind.LIST)).isZero();
  }

  @Test
  void saysClassAndEncryptionWhereTheyBelong() {
    S3Site cold =
        new S3Site(
            site.bucket(),
            site.prefix(),
            site.endpoint(),
            site.region(),
            true,
            Optional.of("STANDARD_IA"),
            Optional.of(new S3Site.Encryption.Kms(Optional.of("alias/backups"))),
            site.keys(),
            Optional.empty());
    rig.gate().meet(Rig.ANY, Integer.MAX_VALUE, new Fate.Refused(403, "AccessDenied"));
    try (Storage refused = rig.open(cold)) {
      assertThatThrownBy(() -> refused.create(KEY, new byte[200_000]))
          .isInstanceOfSatisfying(
              StorageException.class,
              e ->
                  assertThat(e.hint().orElseThrow())
                      .contains("lacks a right")
                      .contains("key management"));
      assertThatThrownBy(() -> Rig.write(refused, KEY, LARGE)).isInstanceOf(StorageException.class);
    }

    assertThat(rig.gate().seen())
        .allSatisfy(request ->
            assertThat(request.headers())
                .containsEntry("x-amz-server-side-encryption", "aws:kms")
                .containsEntry("x-amz-server-side-encryption-aws-kms-key-id", "alias/backups"));
    assertThat(rig.gate().seen())
        .extracting(request -> String.valueOf(request.headers().get("x-amz-storage-class")))
        .containsExactly("null", "STANDARD_IA");
  }

  @Test
  void saysMissingOnlyWhenThereIsABucketToMissItIn() {
    S3Site nowhere = rig.server.site("no-such-bucket", "", "AKIAHOLDFASTTEST", secret());
    try (Storage missing = rig.open(nowhere)) {
      for (Runnable attempt :
          List.<Runnable>of(
              () -> missing.stat(KEY),
              () -> missing.read(KEY),
              () -> missing.stream(KEY, 0),
              () -> missing.read(KEY, 0, new byte[1], 0, 1),
              () -> missing.list("", found -> {}),
              () -> missing.create(KEY, new byte[1]),
              () -> Rig.write(missing, KEY, LARGE),
              () -> missing.delete(KEY))) {
        StorageException e = catchThrowableOfType(StorageException.class, attempt::run);
        assertThat(e)
            .isNotInstanceOf(ObjectMissingException.class)
            .hasMessageContaining("NoSuchBucket");
        assertThat(e.hint().orElseThrow()).contains("Create the bucket no-such-bucket");
      }
    }
  }

  @Test
  void saysThatTheKeyIsWrongAndNotWhatItIs() {
    for (S3Site wrong :
        List.of(
            rig.server.site("backups", "x", "AKIAHOLDFASTTEST", "not-the-secret-part"),
            rig.server.site("backups", "x", "AKIASOMEBODYELSE", secret()))) {
      try (Storage refused = rig.open(wrong)) {
        for (Runnable attempt :
            List.<Runnable>of(() -> refused.stat(KEY), () -> refused.create(KEY, new byte[1]))) {
          StorageException e = catchThrowableOfType(StorageException.class, attempt::run);
          assertThat(e).hasMessageContaining("403");
          assertThat(e.hint().orElseThrow()).contains("does not know this access key");
          Rig.assertKeepsTheSecret(e);
          assertThat(e.toString()).doesNotContain("not-the-secret-part");
        }
      }
    }
  }

  private static String secret() {
    return io.holdfast.s3.BucketServer.SECRET;
  }

  /** A key that a program gives for an hour, say. */
  @Test
  void fetchesTheKeyAnewWhenItIsRefused() {
    List<String> secrets = new java.util.ArrayList<>(List.of("expired", secret()));
    S3Site renewing =
        new S3Site(
            site.bucket(),
            site.prefix(),
            site.endpoint(),
            site.region(),
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.of(() ->
                io.holdfast.s3.BucketServer.key(
                    "AKIAHOLDFASTTEST",
                    secrets.size() > 1 ? secrets.removeFirst() : secrets.getFirst())),
            Optional.empty());
    try (Storage renewed = rig.open(renewing)) {
      renewed.create(KEY, Rig.bytes("written"));
      assertThat(Rig.text(renewed, KEY)).isEqualTo("written");
    }
  }

  @Test
  void saysThatClocksDiffer() {
    rig.gate().meet(Rig.ANY, 1, new Fate.Refused(403, "RequestTimeTooSkewed"));

    assertThatThrownBy(() -> storage.create(KEY, new byte[1]))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.hint().orElseThrow()).contains("clock").contains("NTP"));
  }

  @Test
  void saysWhenNobodyIsThere() {
    S3Site nobody =
        new S3Site(
            "backups",
            "",
            Optional.of(java.net.URI.create("http://127.0.0.1:1")),
            Optional.empty(),
            true,
            Optional.empty(),
            Optional.empty(),
            site.keys(),
            Optional.empty());
    try (Storage refused = rig.open(nobody, Duration.ofSeconds(2))) {
      assertThatThrownBy(() -> refused.stat(KEY))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> {
                assertThat(e).hasMessageContaining("refused").hasMessageContaining("127.0.0.1:1");
                assertThat(e.hint().orElseThrow()).contains("endpoint");
              });
    }
  }

  @Test
  void refusesLeftoversThatAreNone() {
    storage.create(KEY, new byte[1]);
    assertThatThrownBy(() -> storage.deleteLeftover(storage.stat(KEY).orElseThrow()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
