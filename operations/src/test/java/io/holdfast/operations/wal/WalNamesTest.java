package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.WalSegment;
import io.holdfast.repository.SealedObjects.Entry;
import org.junit.jupiter.api.Test;

class WalNamesTest {
  private static final int SIZE = 16 << 20;
  private static final WalSegment SEGMENT = new WalSegment(0x1A, 0x203, SIZE);

  /** Above the range of a signed long: printed as PostgreSQL prints it. */
  private final WalNames names = new WalNames(0xF000_0000_0000_0001L, SIZE);

  @Test
  void timelinesAreHexadecimalAndServersUnsignedDecimal() {
    assertThat(names.segment(SEGMENT))
        .isEqualTo("17293822569102704641/0000001A/0000001A0000000200000003");
    assertThat(names.history(0x1A)).isEqualTo("17293822569102704641/0000001A/0000001A.history");
    assertThat(names.part(SEGMENT, 0, 0x40))
        .isEqualTo("17293822569102704641/0000001A/0000001A0000000200000003.part/00000000-00000040");
  }

  @Test
  void everyNameIsReadBackAsWhatItIs() {
    assertThat(item(names.segment(SEGMENT))).isEqualTo(new WalItem.Segment(SEGMENT, 7));
    assertThat(item(names.part(SEGMENT, 64, SIZE)))
        .isEqualTo(new WalItem.Part(SEGMENT, 64, SIZE, 7));
    assertThat(item(names.history(0x1A))).isEqualTo(new WalItem.History(0x1A, 7));
    String backup = "0000001A0000000200000003.00000028.backup";
    assertThat(item(names.file(backup).orElseThrow()))
        .isEqualTo(new WalItem.Other(backup, 0x1A, 7));
    String partial = "0000001A0000000200000003.partial";
    assertThat(item(names.file(partial).orElseThrow()))
        .isEqualTo(new WalItem.Other(partial, 0x1A, 7));
  }

  @Test
  void aOneGigabyteSegmentHasPartsUpToItsEnd() {
    WalNames large = new WalNames(1, 1 << 30);
    WalSegment segment = new WalSegment(1, 3, 1 << 30);
    assertThat(large.item(new Entry(large.part(segment, 0, 1L << 30), 7)))
        .contains(new WalItem.Part(segment, 0, 1L << 30, 7));
  }

  @Test
  void whatPostgresDoesNotArchiveHasNoName() {
    assertThat(names.file("../../etc/passwd")).isEmpty();
    assertThat(names.file("0000001a0000000200000003")).isEmpty();
    assertThat(names.file("0000001A0000000200000003.part/00000000-00000040")).isEmpty();
    assertThat(names.file("00000001.history.x")).isEmpty();
    assertThat(names.file("000000010000000000000100")).isEmpty();
  }

  private WalItem item(String name) {
    return names.item(new Entry(name, 7)).orElseThrow();
  }
}
