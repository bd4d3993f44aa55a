package io.holdfast.notifications.chat;

import io.holdfast.notifications.Channel;
import io.holdfast.notifications.ChannelSpec;
import io.holdfast.notifications.Cut;
import io.holdfast.notifications.DeliveryException;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Receipt;
import io.holdfast.notifications.Wording;
import io.holdfast.notifications.http.Answer;
import io.holdfast.notifications.http.Outgoing;
import io.holdfast.notifications.http.SecretText;
import io.holdfast.notifications.http.Sender;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A webhook: one content of at most 2000 characters, in which nobody is mentioned by accident. */
public record DiscordChannel(String name, ChannelSpec.Discord spec, Sender sender)
    implements Channel {
  private static final int MOST = 2000;
  private static final String FENCE = "```";

  @Override
  public String kind() {
    return "discord";
  }

  @Override
  public Receipt send(Message message) {
    String url = SecretText.of(spec.url());
    // With wait the answer comes when the message stands there, and not before.
    String waiting = url + (url.contains("?") ? "&" : "?") + "wait=true";
    Outgoing request = Outgoing.json(waiting, body(message)).hiding(url);
    Answer answer = sender.send("Discord", request, DiscordChannel::pause);
    String id = Json.read(answer.text()).path("id").asString("");
    if (id.isEmpty()) {
      throw DeliveryException.hopeless(
          "could not tell Discord: expected the id of the message, found " + answer.line(),
          "Look whether the address of this channel is one of Discord's webhooks.");
    }
    return Receipt.of("HTTP " + answer.status() + ": message " + Cut.line(id, 40));
  }

  private static String body(Message message) {
    ObjectNode body = Json.object();
    body.put("content", content(message));
    body.putObject("allowed_mentions").putArray("parse");
    // Addresses in a text do not become pictures.
    body.put("flags", 4);
    return body.toString();
  }

  private static String content(Message message) {
    Wording wording = new Wording(message);
    String head = "**" + plain(Cut.line(wording.title(), 300)) + "**\n";
    String lines = plain(String.join("\n", wording.lines()));
    String log = message.problem().logTail().replace(FENCE, "'''");
    int room = MOST - head.length() - lines.length() - 2 * FENCE.length() - 3;
    if (log.isBlank() || room < 100) {
      return head + Cut.end(lines, MOST - head.length());
    }
    return head + lines + "\n" + FENCE + "\n" + Cut.start(log, room) + "\n" + FENCE;
  }

  /** Names of tables hold underscores, which would become italics. */
  private static String plain(String text) {
    return text.replaceAll("([\\\\*_~`|>#])", "\\\\$1");
  }

  /** In seconds, with a fraction, and more exact than the header. */
  private static Optional<Duration> pause(HttpHeaders headers, String body) {
    JsonNode seconds = Json.read(body).path("retry_after");
    return seconds.isNumber()
        ? Optional.of(Duration.ofMillis((long) Math.ceil(seconds.asDouble() * 1000)))
        : Optional.empty();
  }
}
