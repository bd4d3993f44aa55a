package io.holdfast.storage.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.RateLimit;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LimitedStorageTest {
  private static final ObjectKey PACK = ObjectKey.of("packs/1");
  private static final ObjectKey LEASE = ObjectKey.of("leases/1");

  private final AtomicLong now = new AtomicLong(77);
  private volatile long rate = 1 << 20;
  private final Storage below = Storages.memory("below");
  private final Storage limited =
      Storages.limited(below, new RateLimit(() -> rate, now::get, now::addAndGet));

  private double secondsSince(long start) {
    return (now.get() - start) / 1e9;
  }

  private void write(ObjectKey key, int length) {
    try (ObjectWriter out = limited.write(key)) {
      out.write(new byte[length], 0, length);
      out.commit();
    }
  }

  @Test
  void bytesPassInTheirTimeBothWays() throws IOException {
    long start = now.get();
    write(PACK, 4 << 20);
    assertThat(secondsSince(start)).isBetween(3.9, 4.1);

    start = now.get();
    try (InputStream in = limited.stream(PACK, 0)) {
      assertThat(in.readAllBytes()).hasSize(4 << 20);
    }
    limited.read(PACK, 0, new byte[2 << 20], 0, 2 << 20);
    write(ObjectKey.of("packs/2"), 1);
    assertThat(secondsSince(start)).isBetween(5.9, 6.1);
  }

  /** Another thread's pack is under way: its pieces are due for hours. */
  @Test
  void aLeaseNeverWaits() {
    rate = 1;
    limited.create(ObjectKey.of("documents/1"), new byte[1 << 20]);
    long start = now.get();

    limited.create(LEASE, new byte[500]);
    String version = limited.read(LEASE).version();
    assertThat(limited.replace(LEASE, version, new byte[501])).isTrue();
    limited.deleteIf(LEASE, limited.read(LEASE).version());

    assertThat(now).hasValue(start);
    assertThat(below.stat(LEASE)).isEmpty();
    write(PACK, 1);
    assertThat(secondsSince(start)).isGreaterThan(1 << 20);
  }

  @Test
  void theRateMayChangeMeanwhile() {
    write(PACK, 1 << 20);
    rate = 0;
    long start = now.get();
    write(ObjectKey.of("packs/2"), 9 << 20);
    assertThat(now).hasValue(start);
    rate = 1 << 20;
    write(ObjectKey.of("packs/3"), 1 << 20);
    assertThat(secondsSince(start)).isBetween(0.9, 1.0);
  }
}
