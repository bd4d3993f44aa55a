package io.holdfast.notifications.chat;

import io.holdfast.notifications.Channel;
import io.holdfast.notifications.ChannelSpec;
import io.holdfast.notifications.Cut;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Receipt;
import io.holdfast.notifications.Wording;
import io.holdfast.notifications.http.Outgoing;
import io.holdfast.notifications.http.SecretText;
import io.holdfast.notifications.http.Sender;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A workflow that posts the card it is sent: at most 28 KB of JSON in all. The older connectors of
 * Teams, which took another form, are gone.
 */
public record TeamsChannel(String name, ChannelSpec.Teams spec, Sender sender) implements Channel {
  private static final int MOST = 27_000;

  @Override
  public String kind() {
    return "teams";
  }

  @Override
  public Receipt send(Message message) {
    String url = SecretText.of(spec.url());
    return Receipt.of(sender.send("Teams", Outgoing.json(url, body(message))).line());
  }

  private static String body(Message message) {
    int log = 8000;
    int text = 4000;
    String body = body(message, text, log);
    while (Cut.bytes(body) > MOST && text > 100) {
      log /= 2;
      text = log < 500 ? text / 2 : text;
      body = body(message, text, log);
    }
    return body;
  }

  private static String body(Message message, int text, int log) {
    Wording wording = new Wording(message);
    ObjectNode body = Json.object().put("type", "message");
    ObjectNode attachment = body.putArray("attachments").addObject();
    attachment.put("contentType", "application/vnd.microsoft.card.adaptive");
    attachment.set("contentUrl", NullNode.getInstance());
    ObjectNode card = attachment.putObject("content");
    card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    card.put("type", "AdaptiveCard").put("version", "1.4");
    card.putObject("msteams").put("width", "Full");
    ArrayNode blocks = card.putArray("body");
    block(blocks, Cut.line(wording.title(), 500))
        .put("size", "Large")
        .put("weight", "Bolder")
        .put("color", colour(message));
    for (String line : wording.lines()) {
      block(blocks, Cut.end(line, text));
    }
    String tail = Cut.start(message.problem().logTail(), log);
    if (!tail.isBlank()) {
      block(blocks, tail).put("fontType", "Monospace").put("separator", true);
    }
    return body.toString();
  }

  private static ObjectNode block(ArrayNode blocks, String text) {
    return blocks
        .addObject()
        .put("type", "TextBlock")
        // The card's Markdown joins lines that one line end divides.
        .put("text", plain(text).replace("\n", "\n\n"))
        .put("wrap", true);
  }

  private static String plain(String text) {
    return text.replaceAll("([\\\\*_\\[\\]#])", "\\\\$1");
  }

  private static String colour(Message message) {
    return switch (message.kind()) {
      case RECOVERED -> "Good";
      case TEST -> "Accent";
      default ->
          switch (message.problem().severity()) {
            case INFO -> "Accent";
            case WARNING -> "Warning";
            case ERROR, CRITICAL -> "Attention";
          };
    };
  }
}
