package io.holdfast.sftp.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sftp.LibraryServer;
import io.holdfast.sftp.LibraryServer.Fates.Fate;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything a site is asked, with the connection broken once at each of its requests; at every
 * twelfth of them, from another one on each time, unless {@code -Dholdfast.sweep=full}.
 */
final class SftpFaultSweepTest {
  private static final ObjectKey LEASE = ObjectKey.of("leases/one.json");
  private static final ObjectKey SMALL = ObjectKey.of("small");
  private static final ObjectKey LARGE = ObjectKey.of("packs/large");
  private static final byte[] CONTENT = Impatient.random(400_000, 1);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static LibraryServer server;

  @BeforeAll
  static void start() throws Exception {
    server = LibraryServer.start(LibraryServer.ALL);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void theConnectionMayBreakAtAnyRequest(Fate fate) throws Exception {
    server.fates().forget();
    scenario();
    int requests = server.fates().seen().size();
    assertThat(requests).isGreaterThan(80);

    int step = "full".equals(System.getProperty("holdfast.sweep")) ? 1 : 12;
    int start = 1 + ThreadLocalRandom.current().nextInt(step);
    for (int n = start; n <= requests; n += step) {
      server.fates().meet(n, fate);
      try {
        scenario();
      } catch (StorageException | IOException | AssertionError e) {
        throw new AssertionError("request " + n + " of " + requests + " met " + fate, e);
      }
    }
    server.fates().forget();
  }

  private static void scenario() throws IOException {
    try (Storage storage =
        SftpStorage.open(server.site("/sweep/" + NUMBER.incrementAndGet()), Impatient.TUNING)) {
      assertThat(storage.stat(SMALL)).isEmpty();
      storage.create(SMALL, Impatient.bytes("small"));
      storage.create(LEASE, Impatient.bytes("one"));
      String first = storage.read(LEASE).version();
      assertThat(storage.replace(LEASE, first, Impatient.bytes("two"))).isTrue();
      assertThat(storage.replace(LEASE, first, Impatient.bytes("three"))).isFalse();
      Impatient.write(storage, LARGE, CONTENT);
      byte[] range = new byte[100_000];
      storage.read(LARGE, 77, range, 0, range.length);
      assertThat(range).isEqualTo(Arrays.copyOfRange(CONTENT, 77, 100_077));
      assertThat(Impatient.content(storage, LARGE)).isEqualTo(CONTENT);
      assertThat(Impatient.listed(storage))
          .containsExactly(LEASE.text(), LARGE.text(), SMALL.text());
      assertThat(Impatient.text(storage, LEASE)).isEqualTo("two");
      assertThat(storage.deleteIf(LEASE, first)).isFalse();
      assertThat(storage.deleteIf(LEASE, storage.read(LEASE).version())).isTrue();
      storage.delete(SMALL);
      assertThat(Impatient.listed(storage)).containsExactly(LARGE.text());
      storage.delete(LARGE);
      assertThat(Impatient.listed(storage)).isEmpty();
    }
  }
}
