package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The layout; what real servers write is compared in the tests with servers. */
final class ControlFileTest {
  @ParameterizedTest
  @EnumSource
  void readsEachField(SupportedVersion version) {
    ControlFile control = ControlFile.parse(content(version));
    assertThat(control.systemIdentifier()).isEqualTo(7_500_000_000_000_000_001L);
    assertThat(control.majorVersion()).isEqualTo(version.major());
    assertThat(control.catalogVersion()).isEqualTo(version.catalogVersion());
    assertThat(control.state()).isEqualTo(ControlFile.State.IN_PRODUCTION);
    assertThat(control.modified()).isEqualTo(Instant.ofEpochSecond(1_790_000_000));
    assertThat(control.redo()).isEqualTo(Lsn.parse("1/2000028"));
    assertThat(control.timeline()).isEqualTo(3);
    assertThat(control.checkpointTime()).isEqualTo(1_789_999_999);
    assertThat(control.walSegmentSize()).isEqualTo(64 << 20);
    assertThat(control.checksummed()).isTrue();
  }

  @Test
  void refusesAWrongChecksum() {
    byte[] content = content(SupportedVersion.V18);
    content[60] ^= 1;
    assertThatThrownBy(() -> ControlFile.parse(content))
        .isInstanceOfSatisfying(PostgresException.class, e -> assertThat(e.hint()).isPresent())
        .hasMessageContaining("checksum");
  }

  @Test
  void refusesAVersionItDoesNotKnow() {
    byte[] content = content(SupportedVersion.V18);
    in(content).putInt(8, 1902).putInt(12, 202605131);
    assertThatThrownBy(() -> ControlFile.parse(content))
        .isInstanceOfSatisfying(PostgresException.class, e -> assertThat(e.hint()).isPresent())
        .hasMessageContaining("1902")
        .hasMessageContaining("202605131");
  }

  @Test
  void refusesAShortFile() {
    assertThatThrownBy(() -> ControlFile.parse(new byte[100]))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("found 100");
  }

  static byte[] content(SupportedVersion version) {
    byte[] content = new byte[ControlFile.SIZE];
    int end = version.major() >= 18 ? 292 : 288;
    CRC32C crc = new CRC32C();
    in(content)
        .putLong(0, 7_500_000_000_000_000_001L)
        .putInt(8, version.controlVersion())
        .putLong(104, 1_789_999_999)
        .putInt(12, version.catalogVersion())
        .putInt(16, 6)
        .putLong(24, 1_790_000_000)
        .putLong(32, 0x1_0200_0060L)
        .putLong(40, 0x1_0200_0028L)
        .putInt(48, 3)
        .putInt(216, 8192)
        .putInt(228, 64 << 20)
        .putInt(252, 1);
    crc.update(content, 0, end);
    in(content).putInt(end, (int) crc.getValue());
    return content;
  }

  private static ByteBuffer in(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }
}
