package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.Program;
import io.holdfast.cli.terminal.Captured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a configuration only the command line knows is told with all the rest. */
final class ScheduleFaultsTest {
  private static final String REPOSITORY =
      """
      repository: { path: /nowhere, encryption: none }
      clusters:
        main: { connection: host=/nowhere }
      """;

  @TempDir private Path home;

  private record Ran(int status, String err) {}

  private Ran run(String yaml, String... words) throws IOException {
    Path file = Files.writeString(home.resolve("holdfast.yaml"), REPOSITORY + yaml);
    Captured captured = Captured.pipes();
    String[] all = new String[words.length + 2];
    all[0] = "-c";
    all[1] = file.toString();
    System.arraycopy(words, 0, all, 2, words.length);
    int status = new Program(captured.streams(), InstantSource.system(), () -> false).run(all);
    return new Ran(status, captured.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"schedule list", "serve"})
  void wordsThatCouldNotBeTypedAreToldWithTheirLineAndWithOtherFaults(String command)
      throws IOException {
    Ran ran =
        run(
            """
            schedules:
              nightly: { run: backup --knd logical, when: daily 02:00 }
              weekly: { run: backup, when: sunday 25:00 }
              check: { run: check --max-age 26h, when: hourly }
            notifications: { channels: { chat: { slack: { webhook-env: U }, clusters: [mian] } } }
            """,
            command.split(" ", -1));

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err())
        .contains("found 3 faults")
        .contains("holdfast.yaml:5:19: schedules.nightly.run: could not be typed: ")
        .contains("--knd")
        .contains("holdfast.yaml:6:32: schedules.weekly.when: ")
        .contains("holdfast.yaml:8:76: notifications.channels.chat.clusters: ");
  }

  @Test
  void theWeekOfTheDocumentationCanBeTyped() throws IOException {
    Path page = Path.of("").toAbsolutePath().resolveSibling("docs").resolve("operations.md");
    Matcher week = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(Files.readString(page));
    assertThat(week.find()).isTrue();
    assertThat(week.group(1)).contains("run: prove", "run: check");

    Ran ran = run(week.group(1), "schedule", "list");

    assertThat(ran.err()).contains("/nowhere").doesNotContain("fault", "could not be typed");
  }

  /** Whoever restores in an emergency is not kept from it by a schedule. */
  @Test
  void otherCommandsDoNotMind() throws IOException {
    Ran ran = run("schedules: { nightly: { run: backup --knd x, when: daily 02:00 } }\n", "status");

    assertThat(ran.err()).contains("/nowhere").doesNotContain("--knd");
  }
}
