package io.holdfast.s3.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.RequestKind;
import io.holdfast.s3.S3Site.Lock;
import io.holdfast.s3.S3Site.LockMode;
import io.holdfast.s3.VersionedBucketServer;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is locked, until when, and how locks are prolonged. */
final class LockTest {
  private static final ObjectKey PACK = ObjectKey.of("packs/1");
  private static final ObjectKey LARGE = ObjectKey.of("packs/2");
  private static final ObjectKey LEASE = ObjectKey.of("leases/a");
  private static final Duration MONTH = Duration.ofDays(30);

  @SuppressWarnings("NullAway.Init") // started before each test
  private VersionedBucketServer server;

  private final RequestCounts counts = new RequestCounts();

  @BeforeEach
  void start() throws Exception {
    server = VersionedBucketServer.start(true);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Storage open(LockMode mode, Duration period) {
    Lock lock = new Lock(mode, period, key -> !key.text().startsWith("leases/"));
    return S3Storage.open(
        server.site("test", VersionedBucketServer.HOST, Optional.of(lock)), counts, Rig.IMPATIENT);
  }

  private void assertLocked(ObjectKey key, Duration period) {
    assertThat(server.lockedUntil("test/" + key).orElseThrow())
        .isCloseTo(server.now().plus(period), within(1, ChronoUnit.MINUTES));
  }

  @Test
  void locksWhatItIsToldToLock() {
    try (Storage storage = open(LockMode.COMPLIANCE, MONTH)) {
      storage.create(PACK, Rig.bytes("pack"));
      Rig.write(storage, LARGE, Rig.random(2 * Rig.PART, 1));
      storage.create(LEASE, Rig.bytes("lease"));
      server.advance(Duration.ofMillis(5));
      assertThat(storage.replace(PACK, storage.read(PACK).version(), Rig.bytes("new"))).isTrue();
    }
    assertLocked(PACK, MONTH);
    assertLocked(LARGE, MONTH);
    assertThat(server.lockedUntil("test/" + LEASE)).isEmpty();
    assertThat(server.seen().stream().filter(each -> each.contains("object-lock"))).hasSize(1);
  }

  @Test
  void refusesABucketWithoutObjectLockBeforeItWritesAnything() throws Exception {
    server.close();
    server = VersionedBucketServer.start(false);
    try (Storage storage = open(LockMode.GOVERNANCE, MONTH)) {
      assertThatThrownBy(() -> storage.create(PACK, Rig.bytes("pack")))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> {
                assertThat(e).hasMessageContaining("the bucket has no object lock");
                assertThat(e.hint().orElseThrow()).contains("remove 'lock:'");
              });
      assertThatThrownBy(() -> Rig.write(storage, LARGE, Rig.random(2 * Rig.PART, 1)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("the bucket has no object lock");
      storage.create(LEASE, Rig.bytes("what is not to be locked needs none"));
    }
    assertThat(server.keys()).containsExactly("test/" + LEASE);
  }

  @Test
  void prolongsOnlyLocksThatEndTooSoon() {
    List<ObjectKey> old =
        IntStream.range(0, 40).mapToObj(number -> ObjectKey.of("packs/old-" + number)).toList();
    try (Storage before = open(LockMode.GOVERNANCE, Duration.ofDays(20))) {
      old.forEach(key -> before.create(key, Rig.bytes("old")));
    }
    try (Storage storage = open(LockMode.COMPLIANCE, MONTH)) {
      storage.create(PACK, Rig.bytes("pack"));
      long puts = counts.of(RequestKind.PUT);
      List<ObjectKey> all = new java.util.ArrayList<>(old);
      all.add(PACK);
      all.add(ObjectKey.of("packs/deleted-meanwhile"));
      storage.protect(() -> all);
      assertThat(counts.of(RequestKind.PUT) - puts).isEqualTo(old.size());
      old.forEach(key -> assertLocked(key, MONTH));

      storage.protect(() -> all);
      assertThat(counts.of(RequestKind.PUT) - puts).isEqualTo(old.size());
    }
  }

  @Test
  void aLockIsNeverShortened() {
    try (Storage before = open(LockMode.COMPLIANCE, MONTH)) {
      before.create(PACK, Rig.bytes("pack"));
    }
    try (Storage storage = open(LockMode.GOVERNANCE, Duration.ofDays(1))) {
      storage.protect(() -> List.of(PACK));
    }
    assertLocked(PACK, MONTH);
  }

  @Test
  void saysWhichLockCouldNotBeProlonged() {
    try (Storage before = open(LockMode.GOVERNANCE, Duration.ofDays(1))) {
      before.create(PACK, Rig.bytes("pack"));
    }
    try (Storage storage = open(LockMode.GOVERNANCE, MONTH)) {
      storage.create(LARGE, Rig.bytes("another"));
      server.deny(VersionedBucketServer.HOST, "s3:PutObjectRetention");
      assertThatThrownBy(() -> storage.protect(() -> List.of(LARGE, PACK)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("could not prolong the lock of packs/1")
          .hasMessageContaining("403");
    }
  }

  @Test
  void withoutALockNothingIsAsked() {
    try (Storage storage =
        S3Storage.open(
            server.site("test", VersionedBucketServer.HOST, Optional.empty()),
            counts,
            Rig.IMPATIENT)) {
      storage.create(PACK, Rig.bytes("pack"));
      server.forget();
      storage.protect(() -> {
        throw new AssertionError("asked for the keys");
      });
    }
    assertThat(server.seen()).isEmpty();
    assertThat(server.lockedUntil("test/" + PACK)).isEmpty();
  }

  @Test
  void whatIsDeletedStaysUntilItsLockEnds() {
    Instant before;
    try (Storage storage = open(LockMode.COMPLIANCE, MONTH)) {
      storage.create(PACK, Rig.bytes("pack"));
      server.advance(Duration.ofHours(1));
      before = server.now();
      server.advance(Duration.ofHours(1));
      storage.delete(PACK);
      assertThat(storage.stat(PACK)).isEmpty();
      storage.create(PACK, Rig.bytes("another one, as after a prune"));
    }
    assertThat(server.ransack(VersionedBucketServer.OWNER)).contains("test/packs/1");
    try (Storage past = past(before)) {
      assertThat(Rig.text(past, PACK)).isEqualTo("pack");
    }
    server.advance(MONTH);
    server.ransack(VersionedBucketServer.OWNER);
    try (Storage past = past(before)) {
      assertThat(past.stat(PACK)).isEmpty();
    }
  }

  private Storage past(Instant moment) {
    return S3Storage.openPast(
        server.site("test", VersionedBucketServer.HOST, Optional.empty()),
        counts,
        Rig.IMPATIENT,
        moment);
  }
}
