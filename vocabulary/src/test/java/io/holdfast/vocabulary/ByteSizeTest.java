package io.holdfast.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ByteSizeTest {
  @Test
  void readsUnitsInPowersOf1024() {
    assertThat(ByteSize.parse("8192").bytes()).isEqualTo(8192);
    assertThat(ByteSize.parse("16MB").bytes()).isEqualTo(16L << 20);
    assertThat(ByteSize.parse(" 2 GiB ").bytes()).isEqualTo(2L << 30);
  }

  @Test
  void refusesWhatIsNoSize() {
    for (String text :
        new String[] {"", "x", "-1", "1.5", "99999999999999T", "99999999999999999999"}) {
      assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void printsAtMostFourDigits() {
    assertThat(ByteSize.format(0)).isEqualTo("0 B");
    assertThat(ByteSize.format(999)).isEqualTo("999 B");
    assertThat(ByteSize.format(1000)).isEqualTo("1.0 kB");
    assertThat(ByteSize.format(999_960)).isEqualTo("1.0 MB");
    assertThat(ByteSize.format(431_000_000)).isEqualTo("431 MB");
  }
}
