package io.holdfast.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.vocabulary.Progress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long MB = 1_000_000;

  private final TestClock clock = new TestClock();

  @Test
  void aLogGetsOneLineAtTheEndOfAShortTask() {
    Captured captured = Captured.pipes();
    Progress progress = new PlainProgress(captured.streams().err(), clock);

    progress.begin("copying", 100 * MB);
    clock.pass(Duration.ofSeconds(2));
    progress.advance(100 * MB);
    progress.end();

    assertThat(captured.err()).isEqualTo("copying: 100 MB in 2.0 s, 50.0 MB/s\n");
  }

  @Test
  void aLogHearsOfALongTaskNowAndThenWithRateAndTimeLeft() {
    Captured captured = Captured.pipes();
    Progress progress = new PlainProgress(captured.streams().err(), clock);

    progress.begin("copying", 300 * MB);
    for (int second = 0; second < 40; second++) {
      clock.pass(Duration.ofSeconds(1));
      progress.advance(5 * MB);
    }

    assertThat(captured.err()).isEqualTo("copying  155 MB of 300 MB  51 %  5.0 MB/s  29 s left\n");
  }

  @Test
  void aTerminalIsDrawnOverAndKeepsTheSummary() {
    Captured captured = Captured.terminal("");
    Progress progress = new DrawnProgress(captured.streams().err(), clock, false);

    progress.begin("copying", 10 * MB);
    clock.pass(Duration.ofSeconds(1));
    progress.advance(5 * MB);
    progress.warn("something odd");
    progress.end();

    assertThat(captured.err().split("\r\u001b\\[K", -1))
        .containsExactly(
            "",
            "copying  0 B of 10.0 MB  0 %",
            "copying  5.0 MB of 10.0 MB  50 %  5.0 MB/s  1.0 s left",
            "warning: something odd\n",
            "copying  5.0 MB of 10.0 MB  50 %  5.0 MB/s  1.0 s left",
            "copying: 5.0 MB in 1.0 s, 5.0 MB/s\n");
  }

  @Test
  void whatIsDrawnDoesNotFloodASlowTerminal() {
    Captured captured = Captured.terminal("");
    Progress progress = new DrawnProgress(captured.streams().err(), clock, false);

    progress.begin("copying", 10 * MB);
    for (int i = 0; i < 1000; i++) {
      clock.pass(Duration.ofMillis(1));
      progress.advance(1000);
    }

    assertThat(captured.err().split("\r\u001b\\[K", -1).length).isLessThan(12);
  }

  @Test
  void moreThanTheEstimateIsNeverMoreThanWhole() {
    Pace pace = new Pace("copying", 10 * MB, clock.instant());
    pace.advance(15 * MB);
    clock.pass(Duration.ofSeconds(1));

    assertThat(pace.describe(clock.instant()))
        .isEqualTo("copying  15.0 MB of 15.0 MB  100 %  15.0 MB/s");
  }

  @Test
  void controlCharactersInNamesDoNotReachTheTerminal() {
    Captured captured = Captured.terminal("");
    new DrawnProgress(captured.streams().err(), clock, false).note("a\u001b]0;evil\u0007b\u009bc");

    assertThat(captured.err()).isEqualTo("a\ufffd]0;evil\ufffdb\ufffdc\n");
  }
}
