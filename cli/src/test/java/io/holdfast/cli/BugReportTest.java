package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.terminal.Captured;
import io.holdfast.vocabulary.ExitStatus;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class BugReportTest {
  @Command(name = "holdfast")
  static final class Tree {
    @Option(names = "--token")
    String token = "";
  }

  @Test
  void namesOptionsAndNeverTheirValues() {
    Captured captured = Captured.pipes();
    var parsed = new CommandLine(new Tree()).parseArgs("--token", "very secret");

    BugReport.print(captured.streams().err(), new IllegalStateException("odd"), parsed);

    assertThat(captured.err())
        .contains("command: holdfast --token", "IllegalStateException: odd", "Java ")
        .doesNotContain("very secret");
  }

  @Test
  void hasAnExitStatusOfItsOwn() {
    assertThat(BugReport.summary(new IllegalStateException("odd")).status())
        .isEqualTo(ExitStatus.BUG);
  }
}
