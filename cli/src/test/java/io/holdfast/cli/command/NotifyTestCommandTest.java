package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.holdfast.cli.Program;
import io.holdfast.cli.terminal.Captured;
import io.holdfast.notifications.WebhookTemplate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way from the configuration to a receiver on loopback, and back. */
final class NotifyTestCommandTest {
  private static final String SECRET = "a-token-that-nobody-may-see";

  @TempDir Path home;

  private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] body = exchange.getRequestBody().readAllBytes();
          received.add(path + " " + new String(body, StandardCharsets.UTF_8));
          byte[] answer =
              (path.startsWith("/gone") ? "no_service " + path : "ok")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(path.startsWith("/gone") ? 404 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    secret("good", address + "/good/" + SECRET);
    secret("gone", address + "/gone/" + SECRET);
    secret("key", SECRET);
    Files.writeString(
        home.resolve("holdfast.yaml"),
        """
        repository: {path: repository, encryption: none}
        clusters: {main: {connection: host=/nowhere}}
        notifications:
          channels:
            chat: {slack: {webhook-file: good}}
            old: {teams: {webhook-file: gone}}
            outside:
              healthchecks: {ping-key-file: key, server: "%s", slug: "{{cluster}}-x"}
              clusters: [m*]
        """
            .formatted(address));
  }

  private void secret(String name, String text) throws IOException {
    Path file = Files.writeString(home.resolve(name), text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private record Ran(int status, String out, String err) {}

  private Ran run(String... words) {
    Captured captured = Captured.pipes();
    String[] all = new String[words.length + 4];
    all[0] = "-c";
    all[1] = home.resolve("holdfast.yaml").toString();
    all[2] = "notify";
    all[3] = "test";
    System.arraycopy(words, 0, all, 4, words.length);
    Instant now = Instant.parse("2026-11-27T03:00:00Z");
    int status = new Program(captured.streams(), () -> now, () -> false).run(all);
    return new Ran(status, captured.out(), captured.err());
  }

  @Test
  void everyChannelIsTriedAndSaysWhatItsReceiverAnswered() {
    Ran ran = run();

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out())
        .contains("ok      chat (slack)\n        HTTP 200: ok\n")
        .contains("FAILED  old (teams)\n        could not tell Teams (127.0.0.1): expected that it")
        .contains("found HTTP 404: no_service")
        .contains("        HINT: The address or the token is not valid any more")
        .contains("ok      outside (healthchecks)\n        HTTP 200: ok\n");
    assertThat(ran.out() + ran.err()).doesNotContain(SECRET);
    assertThat(received)
        .hasSize(3)
        .anyMatch(each -> each.startsWith("/good/" + SECRET + " ") && each.contains("[TEST]"))
        .anyMatch(each -> each.startsWith("/" + SECRET + "/main-x/log "));
  }

  @Test
  void oneChannelIsTriedAloneAndInJson() {
    Ran ran = run("chat", "--json");

    assertThat(ran.status()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            "{\"channels\":[{\"channel\":\"chat\",\"kind\":\"slack\",\"delivered\":true,"
                + "\"answer\":\"HTTP 200: ok\",\"trouble\":null,\"problem\":null,\"hint\":null}]}\n");
    assertThat(received).hasSize(1);
  }

  @Test
  void aChannelThatIsNotThereIsAFaultOfTheUser() {
    Ran ran = run("chatt");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("there is no channel 'chatt'", "chat, old, outside");
    assertThat(received).isEmpty();
  }

  @Test
  void aSecretThatIsNotThereIsSaidOfItsChannel() throws IOException {
    Files.delete(home.resolve("good"));
    Ran ran = run("chat");

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.out()).contains("FAILED  chat (slack)", home.resolve("good").toString());
  }

  @Test
  void withoutAnyChannelItIsSaidThatNobodyIsTold() throws IOException {
    Files.writeString(home.resolve("holdfast.yaml"), "repository: {path: r, encryption: none}\n");
    Ran ran = run();

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err()).contains("nobody is told when something is wrong");
  }

  @Test
  void theConfigurationKnowsThePlaceholdersThatThereAre() throws IOException {
    for (String name : WebhookTemplate.PLACEHOLDERS) {
      Files.writeString(
          home.resolve("holdfast.yaml"),
          "repository: {path: r, encryption: none}\nnotifications: {channels: {hook: {webhook:"
              + " {url-file: good, body: \"{{"
              + name
              + "}}\"}}}}\n");
      assertThat(run().status()).as(name).isZero();
    }
    assertThat(received)
        .hasSize(WebhookTemplate.PLACEHOLDERS.size())
        .noneMatch(each -> each.contains("{{"));
    assertThat(List.copyOf(received)).anyMatch(each -> each.contains("This is a test"));
  }
}
