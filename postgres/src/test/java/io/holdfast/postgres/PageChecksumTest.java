package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.PageChecksum.Verdict;
import io.holdfast.postgres.page.PageSum;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class PageChecksumTest {
  private static final Lsn PAGE_LSN = Lsn.parse("0/A05F1F0");

  private final PageChecksum checksum = new PageChecksum();

  @Test
  void agreesWithTheServersFunctionOnAPattern() {
    byte[] page = new byte[PageChecksum.PAGE];
    for (int i = 0; i < page.length; i++) {
      page[i] = (byte) (i * 7 + 3);
    }
    PageSum sum = new PageSum();
    sum.load(page, 0);
    assertThat(sum.computed(0)).isEqualTo(43596);
    assertThat(sum.computed(1)).isEqualTo(43595);
    assertThat(sum.computed(131072)).isEqualTo(43594);
    assertThat(sum.computed((int) 4294967294L)).isEqualTo(21942);
  }

  @Test
  void agreesWithTheServersFunctionOnZeros() {
    PageSum sum = new PageSum();
    sum.load(new byte[PageChecksum.PAGE], 0);
    assertThat(sum.computed(0)).isEqualTo(50858);
  }

  @Test
  void findsAPageOfARealTableGood() {
    byte[] page = realPage();
    assertThat(page[8] & 0xFF).isEqualTo(0xD3);
    assertThat(checksum.check(page, 0, 0, null)).isEqualTo(Verdict.GOOD);
  }

  @Test
  void readsAtAnyOffset() {
    byte[] buffer = new byte[3 * PageChecksum.PAGE];
    System.arraycopy(realPage(), 0, buffer, 5, PageChecksum.PAGE);
    assertThat(checksum.check(buffer, 5, 0, null)).isEqualTo(Verdict.GOOD);
  }

  @Test
  void findsAPageOfAnotherBlockBad() {
    assertThat(checksum.check(realPage(), 0, 1, null)).isEqualTo(Verdict.BAD);
  }

  @Test
  void seesFlippedBits() {
    byte[] page = realPage();
    int missed = 0;
    for (int bit = 0; bit < page.length * 8; bit++) {
      page[bit / 8] ^= (byte) (1 << (bit % 8));
      if (checksum.check(page, 0, 0, null) != Verdict.BAD) {
        missed++;
      }
      page[bit / 8] ^= (byte) (1 << (bit % 8));
    }
    // 16 bits of checksum: one flip in 65,535 goes unseen by chance.
    assertThat(missed).isLessThan(6);
  }

  @Test
  void takesAnAllZeroPageForNew() {
    assertThat(checksum.check(new byte[PageChecksum.PAGE], 0, 7, null)).isEqualTo(Verdict.NEW);
  }

  @Test
  void takesAnUnwrittenPageThatHoldsSomethingForBad() {
    byte[] page = new byte[PageChecksum.PAGE];
    page[8191] = 1;
    assertThat(checksum.check(page, 0, 0, new Lsn(0))).isEqualTo(Verdict.BAD);
  }

  @Test
  void excusesWhatReplayWillOverwrite() {
    byte[] page = torn();
    assertThat(checksum.check(page, 0, 0, PAGE_LSN)).isEqualTo(Verdict.CHANGING);
    assertThat(checksum.check(page, 0, 0, PAGE_LSN.plus(-1))).isEqualTo(Verdict.CHANGING);
    assertThat(checksum.check(page, 0, 0, PAGE_LSN.plus(1))).isEqualTo(Verdict.BAD);
  }

  @Test
  void excusesNothingByAnLsnTheServerHasNotReached() {
    byte[] page = torn();
    Lsn start = PAGE_LSN.plus(-100);
    assertThat(checksum.check(page, 0, 0, start, PAGE_LSN)).isEqualTo(Verdict.CHANGING);
    assertThat(checksum.check(page, 0, 0, start, PAGE_LSN.plus(-1))).isEqualTo(Verdict.BAD);
    page[0] = (byte) 0xFF;
    assertThat(checksum.check(page, 0, 0, start, PAGE_LSN)).isEqualTo(Verdict.BAD);
  }

  private static byte[] torn() {
    byte[] page = realPage();
    page[8000] = 1;
    return page;
  }

  private static byte[] realPage() {
    byte[] page = new byte[PageChecksum.PAGE];
    put(page, 4, "f0f1050ad32e00002000a81f00200420");
    put(page, 24, "d89f4a00a89f58");
    put(page, 8104, "0203");
    put(page, 8120, "02000200020818000200000021636865636b73756d20766563746f72");
    put(page, 8152, "0203");
    put(page, 8168, "01000200020818000100000013686f6c6466617374");
    return page;
  }

  private static void put(byte[] page, int at, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    System.arraycopy(bytes, 0, page, at, bytes.length);
  }
}
