package io.holdfast.notifications;

import static io.holdfast.notifications.ChannelsTest.failure;
import static io.holdfast.notifications.Samples.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifications.Message.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with a request, what is said of it, and that no secret is. */
final class FailuresTest {
  private static final String TOKEN = "T0KEN-that-nobody-may-see";

  @TempDir Path directory;

  private final OwnClock clock = new OwnClock();
  private final Channels channels = new Channels(clock, Duration.ofSeconds(2));
  private Receiver receiver;

  @BeforeEach
  void start() throws IOException {
    receiver = Receiver.answering(200, "ok");
  }

  @AfterEach
  void stop() {
    channels.close();
    receiver.close();
  }

  @Test
  void aBusyReceiverSaysWhenToComeAgain() {
    receiver.next(Receiver.Reply.of(429, "slow down").with("Retry-After", "17"));
    receiver.next(Receiver.Reply.of(429, "").with("Retry-After", "Fri, 27 Nov 2026 03:02:00 GMT"));
    receiver.next(Receiver.Reply.of(503, "").with("Retry-After", "5"));
    receiver.next(Receiver.Reply.of(429, "").with("Retry-After", "99999"));

    assertThat(refused().retryAfter()).contains(Duration.ofSeconds(17));
    assertThat(refused().retryAfter()).contains(Duration.ofMinutes(2));
    assertThat(refused().retryAfter()).contains(Duration.ofSeconds(5));
    assertThat(refused().retryAfter()).contains(Duration.ofMinutes(1));
  }

  @Test
  void discordAndTelegramSayItInTheirAnswers() {
    receiver.next(Receiver.Reply.of(429, "{\"retry_after\": 0.65}").with("Retry-After", "1"));
    receiver.next(Receiver.Reply.of(429, "{\"ok\":false,\"parameters\":{\"retry_after\":35}}"));

    assertThat(refused(new ChannelSpec.Discord(address())).retryAfter())
        .contains(Duration.ofMillis(650));
    assertThat(refused(telegram()).retryAfter()).contains(Duration.ofSeconds(35));
  }

  @Test
  void whatPassesIsToldFromWhatDoesNot() {
    for (int status : List.of(500, 502, 504, 408)) {
      receiver.next(Receiver.Reply.of(status, ""));
      assertThat(refused().isHopeless()).as("%d", status).isFalse();
    }
    for (int status : List.of(400, 401, 403, 404, 410, 413)) {
      receiver.next(Receiver.Reply.of(status, "no_such_hook"));
      assertThat(refused())
          .as("%d", status)
          .hasMessageContaining("found HTTP " + status + ": no_such_hook")
          .matches(DeliveryException::isHopeless);
    }
  }

  @Test
  void noSecretIsTakenElsewhere() throws IOException {
    try (Receiver elsewhere = Receiver.answering(200, "ok")) {
      receiver.next(Receiver.Reply.of(307, "").with("Location", elsewhere.address() + "/" + TOKEN));

      assertThat(refused()).hasMessageContaining("found HTTP 307");
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @Test
  void aReceiverThatHangsIsLeft() {
    receiver.next(Receiver.Reply.of(200, "").with("X", "y").thatHangs());

    assertThat(refused()).hasMessageContaining("expected an answer within 2 s, found none");
  }

  @Test
  void ofAnEndlessAnswerOnlyTheBeginningIsRead() {
    receiver.usually(Receiver.Reply.of(500, "x".repeat(5_000_000)));

    assertThat(refused()).message().hasSizeLessThan(600);
  }

  @Test
  void nobodyThereIsSaidSo() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    ChannelSpec nobody = new ChannelSpec.Slack(secret("http://127.0.0.1:" + free + "/" + TOKEN));

    assertThat(refused(nobody)).hasMessageContaining("nobody answers there");
  }

  @Test
  void aHostThatNobodyKnowsIsSaidSo() {
    ChannelSpec nowhere = new ChannelSpec.Slack(secret("https://no-such-host.invalid/" + TOKEN));

    assertThat(refused(nowhere)).hasMessageContaining("no name server knows that host");
  }

  @Test
  void onlyThisMachineIsSpokenToInClear() {
    ChannelSpec clear = new ChannelSpec.Slack(secret("http://192.0.2.1/" + TOKEN));

    assertThat(refused(clear))
        .hasMessageContaining("expected an address that begins with https://")
        .matches(DeliveryException::isHopeless);
  }

  @Test
  void whatIsNoAddressIsNotShown() {
    for (String wrong : List.of(TOKEN, "https://", "https:// " + TOKEN, "ftp://x/" + TOKEN)) {
      DeliveryException failure = refused(new ChannelSpec.Slack(secret(wrong)));
      assertThat(failure).as(wrong).hasMessageContaining("expected an address");
      assertShowsNoSecret(failure);
    }
  }

  @Test
  void aServerHasToBeWhoItSays() throws Exception {
    Certificates right = Certificates.of(directory, "dns:localhost,ip:127.0.0.1");
    Certificates other = Certificates.of(directory, "dns:other.example.com");
    try (Receiver good = Receiver.secured(right.server(), "{\"id\": \"1\"}");
        Receiver bad = Receiver.secured(other.server(), "{\"id\": \"1\"}")) {
      assertThat(
              channels
                  .open("it", ntfy(good), Optional.of(right.authority()))
                  .send(Samples.message(Kind.OPENED))
                  .answer())
          .contains("message 1");
      assertThat(refused(ntfy(good), Optional.empty()))
          .hasMessageContaining("expected a certificate that can be trusted");
      assertThat(refused(ntfy(good), Optional.of(other.authority())))
          .hasMessageContaining("expected a certificate that can be trusted");
      assertThat(refused(ntfy(bad), Optional.of(other.authority())))
          .hasMessageContaining("expected a certificate that can be trusted");
      assertThat(bad.requests()).isEmpty();
    }
  }

  private static ChannelSpec ntfy(Receiver at) {
    return new ChannelSpec.Ntfy(
        URI.create("https://127.0.0.1:" + at.port()), secret("topic"), Optional.empty());
  }

  @Test
  void noChannelEverShowsItsSecret() {
    String quoting =
        "you sent " + receiver.address() + "/hook/" + TOKEN + "?sig=" + TOKEN + " and " + TOKEN;
    for (ChannelSpec spec : all()) {
      for (int status : List.of(200, 302, 400, 429, 500)) {
        receiver.usually(Receiver.Reply.of(status, quoting));
        Channel channel = channels.open("it", spec, Optional.empty());
        try {
          assertThat(channel.send(Samples.message(Kind.OPENED)).answer()).doesNotContain(TOKEN);
        } catch (DeliveryException e) {
          assertShowsNoSecret(e);
        }
        assertThat(channel.toString() + spec).doesNotContain(TOKEN);
      }
    }
    assertThat(receiver.requests())
        .hasSizeGreaterThanOrEqualTo(30)
        .anyMatch(r -> r.path().contains(TOKEN));
  }

  private List<ChannelSpec> all() {
    return List.of(
        new ChannelSpec.Slack(address()),
        new ChannelSpec.Discord(address()),
        new ChannelSpec.Teams(address()),
        telegram(),
        new ChannelSpec.PagerDuty(URI.create(receiver.address()), secret(TOKEN)),
        new ChannelSpec.Ntfy(
            URI.create(receiver.address()), secret("topic-" + TOKEN), Optional.of(secret(TOKEN))),
        new ChannelSpec.Webhook(
            address(),
            ChannelSpec.Webhook.Method.POST,
            "text/plain",
            Map.of(),
            Optional.of(secret("Bearer " + TOKEN)),
            "{{title}}"));
  }

  private SecretSource address() {
    return secret(receiver.address() + "/hook/" + TOKEN + "?sig=" + TOKEN);
  }

  private ChannelSpec telegram() {
    return new ChannelSpec.Telegram(URI.create(receiver.address()), secret("1:" + TOKEN), "1");
  }

  private static void assertShowsNoSecret(DeliveryException failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    assertThat(trace + failure.hint().orElse("")).doesNotContain(TOKEN);
  }

  private DeliveryException refused() {
    DeliveryException failure = refused(new ChannelSpec.Slack(address()));
    assertShowsNoSecret(failure);
    return failure;
  }

  private DeliveryException refused(ChannelSpec spec) {
    return refused(spec, Optional.empty());
  }

  private DeliveryException refused(ChannelSpec spec, Optional<Path> authority) {
    Channel channel = channels.open("it", spec, authority);
    return failure(() -> channel.send(Samples.message(Kind.OPENED)));
  }
}
