package io.holdfast.notifications;

import static io.holdfast.notifications.Samples.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifications.ChannelSpec.Webhook.Method;
import io.holdfast.notifications.Message.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each service is sent, in its own form and within its own limits. */
final class ChannelsTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final Channels channels = new Channels(new OwnClock(), Duration.ofSeconds(20));
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
  void slackIsSentBlocks() throws IOException {
    ChannelSpec spec = new ChannelSpec.Slack(secret(receiver.address() + "/services/T0/B0/x"));
    Receipt receipt = send(spec, Samples.message(Kind.OPENED));

    assertThat(receipt.answer()).isEqualTo("HTTP 200: ok");
    Receiver.Request request = only();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/services/T0/B0/x");
    JsonNode body = JSON.readTree(request.body());
    assertThat(body.path("text").asString())
        .isEqualTo("[CRITICAL] main: no backup for 26 h &amp; more &lt;today&gt;");
    assertThat(body.at("/blocks/0/text/text").asString())
        .isEqualTo("[CRITICAL] main: no backup for 26 h & more <today>");
    assertThat(body.at("/blocks/1/text/text").asString())
        .contains("HINT: Look at the log", "Run: run-0815", "From: db1.example.com (backup.late)");
    assertThat(body.at("/blocks/2/text/text").asString())
        .startsWith("```line 1")
        .contains("&lt;full&gt; &amp;");
  }

  @Test
  void slackIsSentNoMoreThanItTakes() throws IOException {
    send(new ChannelSpec.Slack(secret(receiver.address())), Samples.huge());

    JsonNode blocks = JSON.readTree(only().body()).path("blocks");
    assertThat(blocks.at("/0/text/text").asString().length()).isLessThanOrEqualTo(150);
    for (int block = 1; block < blocks.size(); block++) {
      String text = blocks.path(block).at("/text/text").asString();
      assertThat(text.length()).isBetween(1000, 3000);
      assertThat(text).contains("characters cut off");
    }
    assertThat(blocks.at("/2/text/text").asString()).endsWith("the very last line```");
  }

  @Test
  void discordIsSentTwoThousandCharactersAndMentionsNobody() throws IOException {
    receiver.usually(Receiver.Reply.of(200, "{\"id\": \"4711\"}"));
    ChannelSpec spec = new ChannelSpec.Discord(secret(receiver.address() + "/api/webhooks/1/tok"));
    assertThat(send(spec, Samples.message(Kind.OPENED)).answer()).contains("message 4711");
    send(spec, Samples.huge());

    assertThat(receiver.requests().getFirst().path()).isEqualTo("/api/webhooks/1/tok?wait=true");
    JsonNode first = JSON.readTree(receiver.requests().getFirst().body());
    assertThat(first.at("/allowed_mentions/parse").size()).isZero();
    assertThat(first.path("content").asString()).startsWith("**[CRITICAL] main: ");
    String huge = JSON.readTree(receiver.requests().getLast().body()).path("content").asString();
    assertThat(huge.length()).isBetween(1500, 2000);
    assertThat(huge).contains("characters cut off");
  }

  @Test
  void discordKeepsTheEndOfALog() throws IOException {
    receiver.usually(Receiver.Reply.of(200, "{\"id\": \"1\"}"));
    String log = "a_line\n".repeat(1000) + "the very last line";
    Problem problem = Samples.problem(Severity.ERROR).ofRun("r", log);
    ChannelSpec spec = new ChannelSpec.Discord(secret(receiver.address()));
    send(spec, Samples.of(Kind.OPENED, problem));

    String content = JSON.readTree(only().body()).path("content").asString();
    assertThat(content.length()).isBetween(1800, 2000);
    assertThat(content).endsWith("the very last line\n```").contains("characters cut off)\na_line");
  }

  @Test
  void teamsIsSentACard() throws IOException {
    receiver.usually(Receiver.Reply.of(202, ""));
    ChannelSpec spec = new ChannelSpec.Teams(secret(receiver.address() + "/workflows/1?sig=x"));
    assertThat(send(spec, Samples.message(Kind.OPENED)).answer()).isEqualTo("HTTP 202");
    send(spec, Samples.huge());

    JsonNode body = JSON.readTree(receiver.requests().getFirst().body());
    assertThat(body.path("type").asString()).isEqualTo("message");
    JsonNode attachment = body.at("/attachments/0");
    assertThat(attachment.path("contentType").asString())
        .isEqualTo("application/vnd.microsoft.card.adaptive");
    assertThat(attachment.at("/content/type").asString()).isEqualTo("AdaptiveCard");
    assertThat(attachment.at("/content/body/0/text").asString())
        .startsWith("\\[CRITICAL\\] main: ");
    assertThat(attachment.at("/content/body/0/color").asString()).isEqualTo("Attention");
    assertThat(Cut.bytes(receiver.requests().getLast().body())).isBetween(5_000, 28_000);
  }

  @Test
  void telegramIsSentHtmlOfFourThousandCharacters() throws IOException {
    receiver.usually(Receiver.Reply.of(200, "{\"ok\": true, \"result\": {\"message_id\": 99}}"));
    ChannelSpec spec =
        new ChannelSpec.Telegram(URI.create(receiver.address()), secret("123:abc"), "-1001");
    assertThat(send(spec, Samples.message(Kind.OPENED)).answer()).contains("message 99");
    send(spec, Samples.huge());

    assertThat(receiver.requests().getFirst().path()).isEqualTo("/bot123:abc/sendMessage");
    JsonNode body = JSON.readTree(receiver.requests().getFirst().body());
    assertThat(body.path("chat_id").asString()).isEqualTo("-1001");
    assertThat(body.path("parse_mode").asString()).isEqualTo("HTML");
    assertThat(body.path("text").asString())
        .startsWith("<b>[CRITICAL] main: no backup for 26 h &amp; more &lt;today&gt;</b>\n")
        .contains("<pre>line 1\nERROR: \"disk\" &lt;full&gt; &amp; \\ broken_table_name");
    String huge = JSON.readTree(receiver.requests().getLast().body()).path("text").asString();
    assertThat(shown(huge).length()).isBetween(3500, 4096);
  }

  /** As Telegram counts. */
  private static String shown(String html) {
    return html.replaceAll("</?(b|pre)>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }

  @Test
  void telegramThatSaysNoIsNotTakenForYes() {
    receiver.usually(Receiver.Reply.of(200, "{\"ok\": false, \"description\": \"no\"}"));
    ChannelSpec spec =
        new ChannelSpec.Telegram(URI.create(receiver.address()), secret("123:abc"), "-1001");

    assertThat(failure(spec)).hasMessageContaining("expected that all is well");
  }

  @Test
  void pagerDutyIsTriggeredAndResolvedUnderOneKey() throws IOException {
    receiver.usually(Receiver.Reply.of(202, "{\"status\":\"success\"}"));
    ChannelSpec spec = new ChannelSpec.PagerDuty(URI.create(receiver.address()), secret("R0UTING"));
    send(spec, Samples.message(Kind.OPENED));
    send(spec, Samples.message(Kind.RECOVERED));
    send(spec, Samples.huge());

    List<JsonNode> sent =
        receiver.requests().stream().map(request -> JSON.readTree(request.body())).toList();
    assertThat(receiver.requests().getFirst().path()).isEqualTo("/v2/enqueue");
    assertThat(sent.get(0).path("event_action").asString()).isEqualTo("trigger");
    assertThat(sent.get(0).path("routing_key").asString()).isEqualTo("R0UTING");
    assertThat(sent.get(0).at("/payload/severity").asString()).isEqualTo("critical");
    assertThat(sent.get(0).at("/payload/source").asString()).isEqualTo("db1.example.com");
    assertThat(sent.get(1).path("event_action").asString()).isEqualTo("resolve");
    assertThat(sent.get(1).path("dedup_key").asString())
        .isEqualTo("holdfast/repo-1/main/backup.late")
        .isEqualTo(sent.get(0).path("dedup_key").asString());
    assertThat(sent.get(2).at("/payload/summary").asString().length()).isBetween(400, 1024);
    assertThat(sent.get(2).path("dedup_key").asString().length()).isLessThanOrEqualTo(255);
  }

  @Test
  void aTestLeavesNothingOpenAtPagerDuty() throws IOException {
    receiver.usually(Receiver.Reply.of(202, "{}"));
    ChannelSpec spec = new ChannelSpec.PagerDuty(URI.create(receiver.address()), secret("R0UT"));
    send(spec, Message.test("host", "repo-1", "pager", Samples.AT));

    assertThat(receiver.requests())
        .extracting(request -> JSON.readTree(request.body()).path("event_action").asString())
        .containsExactly("trigger", "resolve");
  }

  @Test
  void ntfyIsSentTheTopicInTheBodyAndTheTokenInAHeader() throws IOException {
    receiver.usually(Receiver.Reply.of(200, "{\"id\": \"sPs71M8A2T\"}"));
    ChannelSpec spec = ntfy(Optional.of(secret("tk_secret")));
    assertThat(send(spec, Samples.message(Kind.OPENED)).answer()).contains("message sPs71M8A2T");
    send(spec, Samples.huge());

    Receiver.Request first = receiver.requests().getFirst();
    assertThat(first.path()).isEqualTo("/");
    assertThat(first.headers()).containsEntry("authorization", "Bearer tk_secret");
    JsonNode body = JSON.readTree(first.body());
    assertThat(body.path("topic").asString()).isEqualTo("our-topic");
    assertThat(body.path("priority").asInt()).isEqualTo(5);
    JsonNode huge = JSON.readTree(receiver.requests().getLast().body());
    assertThat(Cut.bytes(huge.path("message").asString())).isBetween(3000, 4096);
    assertThat(Cut.bytes(huge.path("title").asString())).isLessThanOrEqualTo(250);
  }

  private ChannelSpec ntfy(Optional<SecretSource> token) {
    return new ChannelSpec.Ntfy(URI.create(receiver.address()), secret("our-topic"), token);
  }

  @Test
  void ntfyThatAnswersLikeAnotherServerIsNotTakenForIt() {
    receiver.usually(Receiver.Reply.of(200, "<html>welcome to nginx</html>"));

    assertThat(failure(ntfy(Optional.empty()))).hasMessageContaining("expected the id");
  }

  @Test
  void aWebhookIsSentItsTemplateWithEveryValueEscaped() throws IOException {
    String body =
        "{\"what\": \"{{ summary }}\", \"log\": \"{{log}}\", \"at\": \"{{at}}\","
            + " \"odd\": \"{{nothing}}\", \"id\": \"{{id}}\"}";
    send(webhook(body, "application/json; charset=utf-8"), Samples.huge());
    send(webhook(body, "application/json"), Samples.message(Kind.OPENED));

    Receiver.Request request = receiver.requests().getLast();
    assertThat(request.method()).isEqualTo("PUT");
    assertThat(request.headers())
        .containsEntry("x-severity", "critical")
        .containsEntry("x-title", "no backup for 26 h & more <today>")
        .containsEntry("authorization", "Bearer s3cr3t-t0ken");
    JsonNode sent = JSON.readTree(request.body());
    assertThat(sent.path("log").asString()).contains("ERROR: \"disk\" <full> & \\ broken");
    assertThat(sent.path("odd").asString()).isEqualTo("{{nothing}}");
    assertThat(JSON.readTree(receiver.requests().getFirst().body()).path("log").asString())
        .endsWith("the very last line");
  }

  @Test
  void aWebhookOfAFormIsSentAForm() throws IOException {
    send(
        webhook("text={{log}}&severity={{severity}}", "application/x-www-form-urlencoded"),
        Samples.message(Kind.OPENED));

    assertThat(only().body())
        .startsWith("text=line+1%0AERROR%3A+%22disk%22+%3Cfull%3E+%26+%5C")
        .endsWith("&severity=critical");
  }

  private ChannelSpec webhook(String body, String type) {
    return new ChannelSpec.Webhook(
        secret(receiver.address() + "/hook"),
        Method.PUT,
        type,
        Map.of("X-Severity", "{{severity}}", "X-Title", "{{title}}"),
        Optional.of(secret("Bearer s3cr3t-t0ken")),
        body);
  }

  @Test
  void aWatcherIsPingedAtTheBeginningAndWithStatusAndLogAtTheEnd() {
    UUID run = UUID.fromString("728b3763-a80f-4e77-ab4c-2f3a3e0b7e7b");
    PingTarget check =
        channels.open(
            "outside",
            new PingSpec(secret(receiver.address() + "/uuid/"), Optional.empty(), false),
            Optional.empty());
    check.send(Ping.start("main", "nightly", run));
    check.send(Ping.end("main", "nightly", run, 0, "all well"));
    check.send(Ping.end("main", "nightly", run, 6, "x".repeat(200_000) + "\nlast"));
    check.send(Ping.end("main", "nightly", run, 256, ""));
    check.send(Ping.test("main", "nightly", run));

    assertThat(receiver.requests())
        .extracting(Receiver.Request::path)
        .containsExactly(
            "/uuid/start?rid=" + run,
            "/uuid?rid=" + run,
            "/uuid/6?rid=" + run,
            "/uuid/255?rid=" + run,
            "/uuid/log?rid=" + run);
    assertThat(receiver.requests().get(1).body()).isEqualTo("all well");
    String log = receiver.requests().get(2).body();
    assertThat(log.getBytes(StandardCharsets.UTF_8).length).isLessThan(100_000);
    assertThat(log).endsWith("\nlast");
  }

  @Test
  void aWatcherIsPingedBySlug() {
    UUID run = new UUID(1, 2);
    PingTarget check =
        channels.open(
            "outside",
            new PingSpec(
                secret(receiver.address() + "/pingkey"),
                Optional.of("{{cluster}}-{{schedule}}"),
                true),
            Optional.empty());
    check.send(Ping.start("main", "Full backup, nightly!", run));

    assertThat(only().path())
        .isEqualTo("/pingkey/main-full-backup-nightly/start?rid=" + run + "&create=1");
  }

  @Test
  void aWatcherThatIgnoresAPingWithStatus200IsNotTakenForOneThatCounts() {
    PingTarget check =
        channels.open(
            "outside",
            new PingSpec(secret(receiver.address() + "/uuid"), Optional.empty(), false),
            Optional.empty());
    Ping ping = Ping.start("main", "nightly", new UUID(1, 2));
    receiver.next(Receiver.Reply.of(200, "OK (not found)"));
    receiver.next(Receiver.Reply.of(200, "OK (rate limited)"));

    assertThat(failure(() -> check.send(ping)).isHopeless()).isTrue();
    assertThat(failure(() -> check.send(ping)).retryAfter()).contains(Duration.ofMinutes(1));
  }

  private Receipt send(ChannelSpec spec, Message message) {
    return channels.open("it", spec, Optional.empty()).send(message);
  }

  private DeliveryException failure(ChannelSpec spec) {
    return failure(() -> send(spec, Samples.message(Kind.OPENED)));
  }

  static DeliveryException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return org.assertj.core.api.Assertions.catchThrowableOfType(DeliveryException.class, call);
  }

  private Receiver.Request only() {
    assertThat(receiver.requests()).hasSize(1);
    return receiver.requests().getFirst();
  }
}
