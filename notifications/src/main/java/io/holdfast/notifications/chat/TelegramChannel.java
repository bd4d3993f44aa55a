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

/** A bot: at most 4096 characters, counted before they are escaped for its HTML. */
public record TelegramChannel(String name, ChannelSpec.Telegram spec, Sender sender)
    implements Channel {
  private static final int MOST = 4096;

  @Override
  public String kind() {
    return "telegram";
  }

  @Override
  public Receipt send(Message message) {
    String token = SecretText.of(spec.token());
    String address = spec.server() + "/bot" + token + "/sendMessage";
    Outgoing request = Outgoing.post(address, "application/json", body(message));
    // What stands behind the colon is the secret half by itself.
    Outgoing hidden = request.hiding(token, token.substring(token.indexOf(':') + 1));
    Answer answer = sender.send("Telegram", hidden, TelegramChannel::pause);
    JsonNode said = Json.read(answer.text());
    if (!said.path("ok").asBoolean(false)) {
      throw DeliveryException.hopeless(
          "could not tell Telegram: expected that all is well, found " + answer.line(),
          "Look at the token and the chat: the bot has to be a member of it.");
    }
    String id = said.path("result").path("message_id").asString("");
    return Receipt.of("HTTP " + answer.status() + ": message " + Cut.line(id, 40));
  }

  private String body(Message message) {
    ObjectNode body = Json.object();
    body.put("chat_id", spec.chat());
    body.put("text", text(message));
    body.put("parse_mode", "HTML");
    body.putObject("link_preview_options").put("is_disabled", true);
    body.put("disable_notification", message.kind() == Message.Kind.RECOVERED);
    return body.toString();
  }

  private static String text(Message message) {
    Wording wording = new Wording(message);
    String title = Cut.line(wording.title(), 300);
    String lines = String.join("\n", wording.lines());
    String log = message.problem().logTail();
    int room = MOST - title.length() - lines.length() - 4;
    if (log.isBlank() || room < 100) {
      return bold(title) + escape(Cut.end(lines, MOST - title.length() - 4));
    }
    return bold(title) + escape(lines) + "\n<pre>" + escape(Cut.start(log, room)) + "</pre>";
  }

  private static String bold(String title) {
    return "<b>" + escape(title) + "</b>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static Optional<Duration> pause(HttpHeaders headers, String body) {
    JsonNode seconds = Json.read(body).path("parameters").path("retry_after");
    return seconds.isNumber()
        ? Optional.of(Duration.ofSeconds(seconds.asLong()))
        : Optional.empty();
  }
}
