package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.Program;
import io.holdfast.cli.command.CommandScene.Ran;
import io.holdfast.cli.terminal.Captured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What cannot serve refuses before it has begun anything: neither a run nor a receiver. */
final class ServeCommandTest {
  @TempDir Path home;

  private CommandScene scene;

  @BeforeEach
  void begin() throws IOException {
    scene = CommandScene.begin(home);
    token("one", "0123456789abcdef0123456789abcdef");
  }

  private void token(String name, String text) throws IOException {
    Path file = Files.writeString(home.resolve(name), text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void assertRefuses(String service, String why) throws IOException {
    scene.configure();
    Files.writeString(
        home.resolve("holdfast.yaml"),
        """
        schedules: { often: { run: check, when: every 1m } }
        service: %s
        """
            .formatted(service),
        StandardOpenOption.APPEND);

    Ran serve = scene.run("serve");

    assertThat(serve.status()).as("%s", serve).isEqualTo(2);
    assertThat(serve.err()).contains(why).doesNotContain("began", "WAL of main", "serves ");
    assertThat(home.resolve("repository/runs")).as("what the agenda has looked at").doesNotExist();
  }

  /** Whoever reads the log by program reads it to its end. */
  @Test
  void itsLastWordHasTheFormOfTheOthers() throws Exception {
    Files.writeString(
        home.resolve("holdfast.yaml"),
        """
        repository: { path: repository, key: { passphrase-file: passphrase } }
        clusters: { main: { connection: host=/nowhere, wal: { receive: false } } }
        schedules: { rare: { run: check, when: monthly 1 06:00 } }
        """);
    Captured captured = Captured.pipes();
    Program program = new Program(captured.streams(), InstantSource.system(), () -> false);
    AtomicInteger status = new AtomicInteger(-1);
    Thread serving =
        Thread.ofPlatform()
            .start(() ->
                status.set(
                    program.run(
                        "-c", home.resolve("holdfast.yaml").toString(), "serve", "--json")));
    while (serving.isAlive() && !captured.err().contains("serves ")) {
      serving.join(Duration.ofMillis(20));
    }
    serving.interrupt();
    serving.join();

    assertThat(status).hasValue(130);
    assertThat(captured.out()).isEmpty();
    assertThat(captured.err().lines().map(new JsonMapper()::readTree).toList())
        .last()
        .satisfies(line -> {
          assertThat(line.path("event").asString()).isEqualTo("note");
          assertThat(line.path("text").asString()).isEqualTo("stopped serving");
        });
  }

  @Test
  void aTokenThatIsNotThere() throws IOException {
    assertRefuses(
        "{ api: { listen: 127.0.0.1:0, tokens: { ops: { token-file: missing } } } }",
        "there is no such file");
  }

  @Test
  void twoTokensThatAreOne() throws IOException {
    token("two", "0123456789abcdef0123456789abcdef");
    assertRefuses(
        "{ api: { listen: 127.0.0.1:0, tokens: { a: { token-file: one }, b: { token-file: two } } } }",
        "'a' and 'b'");
  }

  @Test
  void portsThatAreTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "127.0.0.1:" + taken.getLocalPort();
      assertRefuses(
          "{ api: { listen: '%s', tokens: { a: { token-file: one } } } }".formatted(port),
          "could not listen");
      assertRefuses("{ metrics: { listen: '%s' } }".formatted(port), "could not listen");
    }
  }
}
