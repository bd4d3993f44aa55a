package io.holdfast.repository.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ContainerFormat.Frame;
import io.holdfast.repository.format.ContainerFormat.Header;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The bytes themselves: whoever changes them changes the format. */
final class ContainerFormatTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/main/x");
  private static final UUID REPOSITORY = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  private static final UUID CONTAINER = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");

  private static Header header() {
    return new Header(Kind.PACK, true, REPOSITORY, CONTAINER);
  }

  @Test
  void aHeaderHasTheseBytes() {
    assertThat(HexFormat.of().formatHex(header().bytes(), 0, 48))
        .isEqualTo(
            "484f4c4446415354" // HOLDFAST
                + "01"
                + "01"
                + "01"
                + "00"
                + "00112233445566778899aabbccddeeff"
                + "0123456789abcdef0123456789abcdef"
                + "00000000");
    assertThat(ContainerFormat.header(header().bytes(), KEY, Kind.PACK, REPOSITORY, true))
        .isEqualTo(header());
  }

  @Test
  void aFrameHeaderHasTheseBytes() {
    byte[] bytes = new byte[ContainerFormat.FRAME_HEADER];
    Frame frame = new Frame(258, ContainerFormat.ZSTD, 1, 1 << 20, 100_016);
    ContainerFormat.putFrame(bytes, 0, frame);
    assertThat(HexFormat.of().formatHex(bytes, 0, 20))
        .isEqualTo("48466672" + "02010000" + "01" + "01" + "00" + "00" + "00001000" + "b0860100");
    assertThat(ContainerFormat.frame(bytes, 0, KEY, 258)).isEqualTo(frame);
  }

  @Test
  void aNewerContainerIsRefusedAndNotCalledDamaged() {
    byte[] newer = header().bytes();
    newer[8] = 2;
    assertThatThrownBy(() -> ContainerFormat.header(newer, KEY, Kind.PACK, REPOSITORY, true))
        .isInstanceOf(HoldfastException.class)
        .isNotInstanceOf(RepositoryDamagedException.class)
        .extracting(e -> ((HoldfastException) e).status())
        .isEqualTo(ExitStatus.REFUSED);
  }

  @Test
  void whatAWholeHeaderSaysAndWeDoNotKnowIsNewerAndNotDamaged() {
    for (int at : new int[] {9, 10, 11, 44}) {
      byte[] newer = header().bytes();
      newer[at] = 9;
      CRC32C crc = new CRC32C();
      crc.update(newer, 0, 48);
      ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN).putInt(48, (int) crc.getValue());
      assertThatThrownBy(() -> ContainerFormat.header(newer, KEY, Kind.PACK, REPOSITORY, true))
          .as("byte %d", at)
          .isInstanceOf(HoldfastException.class)
          .extracting(e -> ((HoldfastException) e).status())
          .isEqualTo(ExitStatus.REFUSED);
      newer[48] ^= 1;
      assertThatThrownBy(() -> ContainerFormat.header(newer, KEY, Kind.PACK, REPOSITORY, true))
          .isInstanceOf(RepositoryDamagedException.class);
    }
  }

  @Test
  void lengthsAreBoundedBeforeAnythingIsAllocated() {
    for (Frame hostile :
        new Frame[] {
          new Frame(0, ContainerFormat.ZSTD, 1, Integer.MAX_VALUE, 100),
          new Frame(0, ContainerFormat.ZSTD, 1, -1, 100),
          new Frame(0, ContainerFormat.ZSTD, 1, 1000, Integer.MAX_VALUE),
          new Frame(0, ContainerFormat.ZSTD, 1, 1000, 16),
          new Frame(0, ContainerFormat.STORED, 1, 1000, 1015),
          new Frame(0, ContainerFormat.STORED, 1, 0, -16),
          new Frame(0, 7, 1, 1000, 500),
          new Frame(0, ContainerFormat.STORED, 255, 1 << 30, (1 << 30) + 16),
        }) {
      byte[] bytes = new byte[ContainerFormat.FRAME_HEADER];
      ContainerFormat.putFrame(bytes, 0, hostile);
      assertThatThrownBy(() -> ContainerFormat.frame(bytes, 0, KEY, 0))
          .as(hostile.toString())
          .isInstanceOf(RepositoryDamagedException.class);
    }
  }
}
