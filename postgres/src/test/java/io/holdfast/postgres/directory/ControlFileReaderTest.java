package io.holdfast.postgres.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.PostgresException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class ControlFileReaderTest {
  private final byte[] good = content();

  @Test
  void readsAgainWhatWasCaughtHalfWritten() {
    assertThat(reader(List.of(torn(1), torn(2), torn(3), good)).read()).isEqualTo(good);
  }

  @Test
  void givesUpOnTheSameWrongBytesTwice() {
    Iterator<byte[]> reads = List.of(torn(1), torn(2), torn(2)).iterator();
    assertThatThrownBy(() -> new ControlFileReader(reads::next).read())
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("checksum");
    assertThat(reads).isExhausted();
  }

  @Test
  void givesUpOnWhatNeverSettles() {
    AtomicInteger reads = new AtomicInteger();
    assertThatThrownBy(() -> new ControlFileReader(() -> torn(reads.incrementAndGet())).read())
        .isInstanceOf(PostgresException.class);
    assertThat(reads.get()).isBetween(5, 100);
  }

  private static ControlFileReader reader(List<byte[]> reads) {
    return new ControlFileReader(reads.iterator()::next);
  }

  private byte[] torn(int how) {
    byte[] torn = good.clone();
    torn[100] = (byte) how;
    return torn;
  }

  private static byte[] content() {
    byte[] content = new byte[ControlFile.SIZE];
    ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    in.putInt(8, 1300).putInt(12, 202209061);
    CRC32C crc = new CRC32C();
    crc.update(content, 0, 288);
    in.putInt(288, (int) crc.getValue());
    return content;
  }
}
