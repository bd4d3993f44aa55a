package io.holdfast.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.TimelineHistory.Ancestor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimelineHistoryTest {
  @Test
  void readsAFileAsTheServerWritesIt() {
    TimelineHistory history =
        parse(
            3,
            "1\t0/30000D8\tno recovery target specified\n\n"
                + "2\t0/40001A8\tbefore 2026-11-22 10:00:00+00\n");
    assertThat(history.ancestors())
        .containsExactly(
            new Ancestor(1, Lsn.parse("0/30000D8"), "no recovery target specified"),
            new Ancestor(2, Lsn.parse("0/40001A8"), "before 2026-11-22 10:00:00+00"));
    assertThat(history.timelineAt(Lsn.parse("0/30000D7"))).isEqualTo(1);
    assertThat(history.timelineAt(Lsn.parse("0/30000D8"))).isEqualTo(2);
    assertThat(history.timelineAt(Lsn.parse("0/40001A8"))).isEqualTo(3);
  }

  @Test
  void passesOverCommentsAndBlankLines() {
    assertThat(parse(2, "# kept\n\n   \n  # and this\n1\t16/B374D848\t# reason\r\n").ancestors())
        .containsExactly(new Ancestor(1, Lsn.parse("16/B374D848"), "# reason"));
  }

  @Test
  void readsTimelinesInDecimalAndNamesFilesInHex() {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < 0x1A; i++) {
      text.append(i).append("\t0/").append(i).append("000000\tx\n");
    }
    TimelineHistory history = parse(0x1A, text.toString());
    assertThat(history.ancestors().getLast().timeline()).isEqualTo(25);
    assertThat(history.fileName()).isEqualTo("0000001A.history");
  }

  @Test
  void needsNoReason() {
    assertThat(parse(2, "1\t0/1").ancestors())
        .containsExactly(new Ancestor(1, Lsn.parse("0/1"), ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\t0/1\tr",
        "1",
        "1\t0\tr",
        "1 0/1FFFFFFFFF r",
        "2\t0/1\tr\n1\t0/2\tr",
        "1\t0/1\tr\n1\t0/2\tr",
        "5\t0/1\tr",
        "0\t0/1\tr",
        "9999999999\t0/1\tr",
        "\u0000\u0000\u0000"
      })
  void refusesWhatIsNoHistory(String text) {
    assertThatThrownBy(() -> parse(5, text))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("00000005.history");
  }

  private static TimelineHistory parse(int timeline, String text) {
    return TimelineHistory.parse(timeline, text.getBytes(UTF_8));
  }
}
