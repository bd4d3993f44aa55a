package io.holdfast.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WordingTest {
  private static final Instant SINCE = Instant.parse("2026-11-27T02:00:00Z");

  private static Wording wording(Message.Kind kind) {
    Problem problem =
        new Problem(
            "main",
            "run.nightly",
            Severity.ERROR,
            "Schedule nightly/main failed: no space left",
            "holdfast backup main ended with status 6",
            "Make room.",
            "1234",
            "");
    return new Wording(
        new Message(kind, problem, "db1", "scope", SINCE, SINCE.plusSeconds(600), 0));
  }

  @Test
  void whatIsOverDoesNotReadAsIfItWereNot() {
    Wording over = wording(Message.Kind.RECOVERED);

    assertThat(over.title())
        .isEqualTo("[RECOVERED] main: no longer: Schedule nightly/main failed: no space left");
    assertThat(over.lines())
        .startsWith("It is well again. It was so from 2026-11-27T02:00:00Z on (10 min).")
        .contains("It was: holdfast backup main ended with status 6", "Run that failed: 1234")
        .noneMatch(line -> line.startsWith("HINT: "));
  }

  @Test
  void whatIsNewSaysWhatToDo() {
    Wording news = wording(Message.Kind.OPENED);

    assertThat(news.title()).isEqualTo("[ERROR] main: Schedule nightly/main failed: no space left");
    assertThat(news.lines())
        .contains("holdfast backup main ended with status 6", "HINT: Make room.", "Run: 1234");
  }
}
