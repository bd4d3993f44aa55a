package io.holdfast.sftp.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sftp.LongWay;
import io.holdfast.sftp.OpenSshServer;
import io.holdfast.sftp.SftpSite;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One request carries 32 KiB: more on the way at once are several. */
final class LongWayTest {
  private static final ObjectKey KEY = ObjectKey.of("packs/large");
  private static final Duration ONE_WAY = Duration.ofMillis(50);

  private static final long SEVERAL = 4 * (32 << 10);

  @Test
  void manyRequestsAreUnderWayAtOnce() throws Exception {
    byte[] content = Impatient.random(8 << 20, 9);
    try (OpenSshServer server = OpenSshServer.start();
        LongWay way = LongWay.to(server.port(), ONE_WAY);
        Storage storage = SftpStorage.open(through(way, server.site("repository")))) {
      storage.create(ObjectKey.of("small"), new byte[1]);
      way.forget();
      Impatient.write(storage, KEY, content);
      assertThat(way.mostThere()).as("while written").isGreaterThan(SEVERAL);

      way.forget();
      assertThat(Impatient.content(storage, KEY)).isEqualTo(content);
      assertThat(way.mostBack()).as("while streamed").isGreaterThan(SEVERAL);

      way.forget();
      byte[] ranged = new byte[content.length];
      storage.read(KEY, 0, ranged, 0, ranged.length);
      assertThat(ranged).isEqualTo(content);
      assertThat(way.mostBack()).as("while read").isGreaterThan(SEVERAL);
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
