package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.physical.PhysicalDetails.DamagedPage;
import io.holdfast.operations.physical.PhysicalDetails.Findings;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PageChecksum;
import io.holdfast.postgres.RelationFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageInspectorTest {
  private static final Lsn START = Lsn.parse("0/B000000");
  private static final Lsn STOP = Lsn.parse("0/C000000");
  private static final int PAGE = PageChecksum.PAGE;

  @TempDir Path folder;
  private final FindingsTally tally = new FindingsTally();

  @Test
  void soundPagesAreOnlyCounted() throws Exception {
    byte[] disk = realPage();

    assertThat(inspect(disk, disk.clone())).isEqualTo(new Findings(1, 0, 0, List.of(), List.of()));
  }

  @Test
  void aPageThatWasTornWhenReadIsReplacedByWhatItBecame() throws Exception {
    byte[] torn = realPage();
    torn[5000] = 99;

    assertThat(inspect(realPage(), torn).damagedPages()).isZero();
    assertThat(torn).isEqualTo(realPage());
  }

  @Test
  void aDamagedPageIsReportedByItsPlaceInTheFork() throws Exception {
    byte[] disk = realPage();
    disk[5000] = 99;

    Findings findings = inspect(disk, disk.clone());

    assertThat(findings.damaged()).containsExactly(new DamagedPage("base/5/16384.2", 262144));
    assertThat(findings.clean()).isFalse();
  }

  @Test
  void aPageThatWalWillOverwriteIsExcused() throws Exception {
    byte[] disk = withLsn(realPage(), Lsn.parse("0/B000100"));

    Findings findings = inspect(disk, disk.clone());

    assertThat(findings.damagedPages()).isZero();
    assertThat(findings.pagesChanging()).isEqualTo(1);
  }

  @Test
  void anLsnThatTheServerNeverReachedExcusesNothing() throws Exception {
    byte[] disk = withLsn(realPage(), Lsn.parse("FF/0"));

    assertThat(inspect(disk, disk.clone()).damagedPages()).isEqualTo(1);
  }

  @Test
  void manyDamagedPagesAreCountedWhileTheListStaysBounded() throws Exception {
    int pages = 1100;
    byte[] disk = new byte[pages * PAGE];
    for (int i = 0; i < pages; i++) {
      disk[i * PAGE + 100] = 1;
    }

    Findings findings = inspect(disk, disk.clone());

    assertThat(findings.damagedPages()).isEqualTo(pages);
    assertThat(findings.damaged()).hasSize(Findings.LISTED);
  }

  private Findings inspect(byte[] disk, byte[] read) throws Exception {
    Files.write(folder.resolve("relation"), disk);
    RelationFile relation = RelationFile.parse("base/5/16384.2").orElseThrow();
    try (EntryReader reader = EntryReader.local(folder);
        OpenFile file = reader.open(PieceCutterTest.file("relation", disk.length))) {
      new PageInspector(131072, START, tally)
          .inspect(file, "base/5/16384.2", relation, read, 0, read.length, 0);
    }
    return tally.total(STOP);
  }

  private static byte[] withLsn(byte[] page, Lsn lsn) {
    ByteBuffer.wrap(page)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) (lsn.value() >>> 32))
        .putInt((int) lsn.value());
    return page;
  }

  /**
   * A heap page as PostgreSQL wrote it, with the checksum for block 0 turned into one for 262144.
   */
  private static byte[] realPage() {
    byte[] page = new byte[PAGE];
    put(page, 4, "f0f1050ad32e00002000a81f00200420");
    put(page, 24, "d89f4a00a89f58");
    put(page, 8104, "0203");
    put(page, 8120, "02000200020818000200000021636865636b73756d20766563746f72");
    put(page, 8152, "0203");
    put(page, 8168, "01000200020818000100000013686f6c6466617374");
    // (sum ^ block) % 65535 + 1, searched rather than computed: the test must not share the code
    PageChecksum checksum = new PageChecksum();
    for (int sum = 1; sum <= 65535; sum++) {
      page[8] = (byte) sum;
      page[9] = (byte) (sum >>> 8);
      if (checksum.check(page, 0, 262144, null) == PageChecksum.Verdict.GOOD) {
        return page;
      }
    }
    throw new AssertionError("no checksum fits");
  }

  private static void put(byte[] page, int at, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    System.arraycopy(bytes, 0, page, at, bytes.length);
  }
}
