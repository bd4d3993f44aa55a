package io.holdfast.s3.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.s3.Gate;
import io.holdfast.s3.Gate.Fate;
import io.holdfast.s3.S3Site;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Everything a site is asked, with each of its requests failing once in each way that passes. */
final class S3FaultSweepTest {
  private static final ObjectKey LEASE = ObjectKey.of("leases/one.json");
  private static final ObjectKey SMALL = ObjectKey.of("small");
  private static final ObjectKey LARGE = ObjectKey.of("packs/large");
  private static final byte[] CONTENT = Rig.random(Rig.PART + 1234, 1);

  private static final List<Fate> FATES =
      List.of(
          new Fate.Refused(503, "SlowDown"),
          new Fate.Refused(500, "InternalError"),
          new Fate.LostRequest(),
          new Fate.LostAnswer(),
          new Fate.CutAnswer(0));

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static Rig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = Rig.start();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void anyRequestMayFailOnce() throws Exception {
    rig.gate().forget();
    scenario(rig.site());
    int requests = rig.gate().seen().size();
    assertThat(requests).isGreaterThan(20);

    for (Fate fate : FATES) {
      for (int n = 1; n <= requests; n++) {
        rig.gate().forget();
        rig.gate().meet(nth(n), 1, fate);
        try {
          scenario(rig.site());
        } catch (StorageException | AssertionError e) {
          throw new AssertionError("request " + n + " of " + requests + " met " + fate, e);
        }
        assertThat(rig.gate().spent()).isTrue();
      }
    }
  }

  /** As a proxy in between may do it. */
  @Test
  void anyWriteMayReachTheStoreTwice() throws Exception {
    rig.gate().forget();
    rig.gate().meet(Rig.PUT, Integer.MAX_VALUE, new Fate.Twice());
    rig.gate().meet(Rig.COMPLETE, Integer.MAX_VALUE, new Fate.Twice());

    scenario(rig.site());
    rig.gate().forget();
  }

  /** What Amazon says to a conditional write that meets another one. */
  @Test
  void anyWriteMayMeetAConflict() throws Exception {
    Fate conflict = new Fate.Refused(409, "ConditionalRequestConflict");
    for (Predicate<Gate.Request> write : List.of(Rig.PUT, Rig.COMPLETE)) {
      rig.gate().forget();
      rig.gate().meet(write, 3, conflict);
      scenario(rig.site());
      assertThat(rig.gate().spent()).isTrue();
    }
  }

  private static Predicate<Gate.Request> nth(int n) {
    AtomicInteger count = new AtomicInteger();
    return request -> count.incrementAndGet() == n;
  }

  private static void scenario(S3Site site) throws IOException {
    try (Storage storage = rig.open(site)) {
      assertThat(storage.stat(SMALL)).isEmpty();
      storage.create(SMALL, Rig.bytes("small"));
      storage.create(LEASE, Rig.bytes("one"));
      String first = storage.read(LEASE).version();
      assertThat(storage.replace(LEASE, first, Rig.bytes("two"))).isTrue();
      assertThat(storage.replace(LEASE, first, Rig.bytes("three"))).isFalse();
      Rig.write(storage, LARGE, CONTENT);
      byte[] range = new byte[100_000];
      storage.read(LARGE, 77, range, 0, range.length);
      assertThat(range).isEqualTo(java.util.Arrays.copyOfRange(CONTENT, 77, 100_077));
      try (InputStream in = storage.stream(LARGE, 0)) {
        assertThat(in.readAllBytes()).isEqualTo(CONTENT);
      }
      assertThat(Rig.listed(storage)).containsExactly(LEASE.text(), LARGE.text(), SMALL.text());
      assertThat(Rig.text(storage, LEASE)).isEqualTo("two");
      assertThat(storage.deleteIf(LEASE, first)).isFalse();
      assertThat(storage.deleteIf(LEASE, storage.read(LEASE).version())).isTrue();
      storage.delete(SMALL);
      assertThat(Rig.listed(storage)).containsExactly(LARGE.text());
      storage.delete(LARGE);
      assertThat(Rig.listed(storage)).isEmpty();
    }
  }
}
