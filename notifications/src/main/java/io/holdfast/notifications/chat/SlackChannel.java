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
import tools.jackson.databind.node.ObjectNode;

/**
 * An incoming webhook: a header block, a section with the words, a section with the log. Slack
 * counts after escaping: 150 characters a header, 3000 a section.
 */
public record SlackChannel(String name, ChannelSpec.Slack spec, Sender sender) implements Channel {
  private static final int HEADER = 150;
  private static final int SECTION = 3000;
  private static final String FENCE = "```";

  @Override
  public String kind() {
    return "slack";
  }

  @Override
  public Receipt send(Message message) {
    String url = SecretText.of(spec.url());
    return Receipt.of(sender.send("Slack", Outgoing.json(url, body(message))).line());
  }

  private static String body(Message message) {
    Wording wording = new Wording(message);
    ObjectNode body = Json.object();
    // What notifications on phones show; blocks take its place in the channel.
    body.put("text", escaped(wording.title(), SECTION));
    ArrayNode blocks = body.putArray("blocks");
    ObjectNode header = blocks.addObject().put("type", "header");
    header
        .putObject("text")
        .put("type", "plain_text")
        .put("text", Cut.line(wording.title(), HEADER))
        .put("emoji", false);
    section(blocks, escaped(String.join("\n", wording.lines()), SECTION));
    String log = message.problem().logTail();
    if (!log.isBlank()) {
      String fenced = log.replace(FENCE, "'''");
      section(blocks, FENCE + tail(fenced, SECTION - 2 * FENCE.length()) + FENCE);
    }
    return body.toString();
  }

  private static void section(ArrayNode blocks, String text) {
    ObjectNode section = blocks.addObject().put("type", "section");
    section.putObject("text").put("type", "mrkdwn").put("text", text);
  }

  private static String escaped(String text, int most) {
    return Escaped.fit(most, room -> Cut.end(text, room), SlackChannel::escape);
  }

  private static String tail(String text, int most) {
    return Escaped.fit(most, room -> Cut.start(text, room), SlackChannel::escape);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
