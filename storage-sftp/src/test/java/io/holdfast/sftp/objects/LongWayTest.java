package io.holdfast.sftp.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sftp.LongWay;
import io.holdfast.sftp.OpenSshServer;
import io.holdfast.sftp.SftpSite;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One request after the other, 8 MiB would take 10 seconds there and 10 seconds back. */
final class LongWayTest {
  private static final ObjectKey KEY = ObjectKey.of("packs/large");
  private static final Duration ONE_WAY = Duration.ofMillis(20);

  @Test
  void manyRequestsAreUnderWayAtOnce() throws Exception {
    byte[] content = Impatient.random(8 << 20, 9);
    try (OpenSshServer server = OpenSshServer.start();
        LongWay way = LongWay.to(server.port(), ONE_WAY);
        Storage storage = SftpStorage.open(through(way, server.site("repository")))) {
      storage.create(ObjectKey.of("small"), new byte[1]);
      long start = System.nanoTime();
      Impatient.write(storage, KEY, content);
      long written = System.nanoTime();
      byte[] streamed = Impatient.content(storage, KEY);
      long read = System.nanoTime();
      byte[] ranged = new byte[content.length];
      storage.read(KEY, 0, ranged, 0, ranged.length);
      long end = System.nanoTime();

      assertThat(streamed).isEqualTo(content);
      assertThat(ranged).isEqualTo(content);
      assertThat(Duration.ofNanos(written - start)).isLessThan(Duration.ofSeconds(6));
      assertThat(Duration.ofNanos(read - written)).isLessThan(Duration.ofSeconds(6));
      assertThat(Duration.ofNanos(end - read)).isLessThan(Duration.ofSeconds(6));
    }
  }

  private static SftpSite through(LongWay way, SftpSite site) {
    return new SftpSite(
        site.host(),
        way.port(),
        site.user(),
        site.path(),
        site.hostKey(),
        site.login(),
        site.connections(),
        site.allowUnsynced());
  }
}
