package io.holdfast.s3.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.VersionedBucketServer;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bucket as it was. */
final class PastTest {
  private static final ObjectKey KEY = ObjectKey.of("a/b");

  @SuppressWarnings("NullAway.Init") // started before each test
  private VersionedBucketServer server;

  @SuppressWarnings("NullAway.Init") // opened before each test
  private Storage now;

  @BeforeEach
  void start() throws Exception {
    server = VersionedBucketServer.start(false);
    now =
        S3Storage.open(
            server.site("test", VersionedBucketServer.HOST, Optional.empty()),
            new RequestCounts(),
            Rig.IMPATIENT);
  }

  @AfterEach
  void stop() {
    now.close();
    server.close();
  }

  /** A moment before which all is that was done, and after which all will be. */
  private Instant moment() {
    server.advance(Duration.ofSeconds(10));
    Instant moment = server.now();
    server.advance(Duration.ofSeconds(10));
    return moment;
  }

  private Storage asOf(Instant moment) {
    return S3Storage.openPast(
        server.site("test", VersionedBucketServer.HOST, Optional.empty()),
        new RequestCounts(),
        Rig.IMPATIENT,
        moment);
  }

  @Test
  void readsWhatWasReplacedAndDeletedSince() {
    Instant first = moment();
    now.create(KEY, Rig.bytes("one"));
    Instant second = moment();
    now.replace(KEY, now.read(KEY).version(), Rig.bytes("two!"));
    Instant third = moment();
    now.delete(KEY);
    Instant fourth = moment();
    now.create(KEY, Rig.bytes("three"));

    try (Storage past = asOf(first)) {
      assertThat(past.stat(KEY)).isEmpty();
      assertThatThrownBy(() -> past.read(KEY)).isInstanceOf(ObjectMissingException.class);
      assertThat(Rig.listed(past)).isEmpty();
    }
    try (Storage past = asOf(second)) {
      assertThat(Rig.text(past, KEY)).isEqualTo("one");
      assertThat(past.stat(KEY).orElseThrow().size()).isEqualTo(3);
    }
    try (Storage past = asOf(third)) {
      assertThat(Rig.content(past, KEY)).isEqualTo(Rig.bytes("two!"));
      byte[] range = new byte[2];
      past.read(KEY, 1, range, 0, 2);
      assertThat(range).isEqualTo(Rig.bytes("wo"));
      assertThatThrownBy(() -> past.read(KEY, 3, range, 0, 2))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("expected at least 5 bytes, found 4");
      assertThatThrownBy(() -> past.stream(KEY, 5)).isInstanceOf(StorageException.class);
    }
    try (Storage past = asOf(fourth)) {
      assertThat(past.stat(KEY)).isEmpty();
      assertThat(Rig.listed(past)).isEmpty();
    }
  }

  @Test
  void aNameThatBeginsAnotherOneIsNotTakenForIt() {
    now.create(ObjectKey.of("ab"), Rig.bytes("longer"));
    now.create(ObjectKey.of("a"), Rig.bytes("shorter"));
    Instant both = moment();
    now.delete(ObjectKey.of("a"));
    Instant one = moment();
    try (Storage past = asOf(one)) {
      assertThat(past.stat(ObjectKey.of("a"))).isEmpty();
      assertThat(Rig.listed(past)).containsExactly("ab");
    }
    try (Storage past = asOf(both)) {
      assertThat(Rig.text(past, ObjectKey.of("a"))).isEqualTo("shorter");
    }
  }

  @Test
  void listsWhatThereWasOverManyPages() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    server.pages(3);
    Map<ObjectKey, Integer> there = new TreeMap<>();
    Map<Instant, Map<ObjectKey, Integer>> history = new TreeMap<>();
    for (int step = 0; step < 120; step++) {
      ObjectKey key = ObjectKey.of("folder-" + random.nextInt(3) + "/" + random.nextInt(5));
      if (there.containsKey(key)) {
        now.delete(key);
        there.remove(key);
      } else {
        int size = random.nextInt(1000);
        now.create(key, new byte[size]);
        there.put(key, size);
      }
      if (step % 7 == 0) {
        history.put(moment(), new TreeMap<>(there));
      } else {
        server.advance(Duration.ofMillis(2));
      }
    }
    history.forEach((moment, expected) -> {
      try (Storage past = asOf(moment)) {
        Map<ObjectKey, Integer> all = new TreeMap<>();
        past.list("", found -> all.put(found.key(), (int) found.size()));
        assertThat(all).as("seed %s at %s", seed, moment).isEqualTo(expected);
        List<ObjectStat> folder = new ArrayList<>();
        past.list("folder-1", folder::add);
        assertThat(folder.stream().map(ObjectStat::key).toList())
            .isEqualTo(
                expected.keySet().stream()
                    .filter(key -> key.text().startsWith("folder-1/"))
                    .toList());
        expected.forEach(
            (key, size) -> assertThat(past.read(key).content().length).isEqualTo(size));
      }
    });
  }

  @Test
  void streamsTheVersionThatItWas() throws IOException {
    byte[] content = Rig.random(2 * Rig.PART + 7, 5);
    Rig.write(now, KEY, content);
    Instant whole = moment();
    now.delete(KEY);
    Rig.write(now, KEY, Rig.random(100, 6));
    try (Storage past = asOf(whole);
        InputStream in = past.stream(KEY, 11)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 11, content.length));
    }
  }

  @Test
  void aBucketThatNeverKeptVersionsHasNoPast() {
    now.create(KEY, Rig.bytes("one"));
    Instant moment = moment();
    server.sayOfVersions("");
    try (Storage past = asOf(moment)) {
      assertThatThrownBy(() -> past.read(KEY))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("the bucket keeps no versions");
    }
    server.sayOfVersions("Suspended");
    try (Storage past = asOf(moment)) {
      assertThat(Rig.text(past, KEY)).isEqualTo("one");
    }
    server.sayOfVersions("");
    server.deny(VersionedBucketServer.HOST, "s3:GetBucketVersioning");
    try (Storage past = asOf(moment)) {
      assertThat(Rig.text(past, KEY)).isEqualTo("one");
    }
  }

  @Test
  void refusesEveryChange() {
    now.create(KEY, Rig.bytes("one"));
    List<String> before = server.keys();
    try (Storage past = asOf(moment())) {
      String version = past.read(KEY).version();
      List<Runnable> changes =
          List.of(
              () -> past.create(ObjectKey.of("new"), Rig.bytes("x")),
              () -> past.write(ObjectKey.of("new")),
              () -> past.replace(KEY, version, Rig.bytes("x")),
              () -> past.delete(KEY),
              () -> past.deleteIf(KEY, version));
      for (Runnable change : changes) {
        assertThatThrownBy(change::run)
            .isInstanceOfSatisfying(
                HoldfastException.class,
                e -> {
                  assertThat(e.status()).isEqualTo(ExitStatus.REFUSED);
                  assertThat(e).hasMessageContaining("the past is only read");
                });
      }
      assertThat(server.keys()).isEqualTo(before);
    }
  }
}
