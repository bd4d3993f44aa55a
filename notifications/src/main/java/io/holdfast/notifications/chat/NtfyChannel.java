package io.holdfast.notifications.chat;

import io.holdfast.notifications.Channel;
import io.holdfast.notifications.ChannelSpec;
import io.holdfast.notifications.Cut;
import io.holdfast.notifications.DeliveryException;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Receipt;
import io.holdfast.notifications.SecretSource;
import io.holdfast.notifications.Severity;
import io.holdfast.notifications.Wording;
import io.holdfast.notifications.http.Answer;
import io.holdfast.notifications.http.Outgoing;
import io.holdfast.notifications.http.SecretText;
import io.holdfast.notifications.http.Sender;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A topic: at most 4096 bytes, beyond which ntfy makes a file of a message. */
public record NtfyChannel(String name, ChannelSpec.Ntfy spec, Sender sender) implements Channel {
  private static final int MOST = 4096;

  @Override
  public String kind() {
    return "ntfy";
  }

  @Override
  public Receipt send(Message message) {
    // To the server itself: the topic, as good as a password, stands in the body alone.
    String topic = SecretText.of(spec.topic());
    Outgoing request =
        Outgoing.post(spec.server() + "/", "application/json", body(message, topic)).hiding(topic);
    Optional<String> token = spec.token().map((SecretSource source) -> SecretText.of(source));
    if (token.isPresent()) {
      request = request.with("Authorization", "Bearer " + token.get()).hiding(token.get());
    }
    Answer answer = sender.send("ntfy", request);
    String id = Json.read(answer.text()).path("id").asString("");
    if (id.isEmpty()) {
      throw DeliveryException.hopeless(
          "could not tell ntfy: expected the id of the message, found " + answer.line(),
          "Look whether the address is that of a server of ntfy, without the topic.");
    }
    return Receipt.of("HTTP " + answer.status() + ": message " + Cut.line(id, 40));
  }

  private static String body(Message message, String topic) {
    Wording wording = new Wording(message);
    ObjectNode body = Json.object();
    body.put("topic", topic);
    body.put("title", Cut.lineOfBytes(wording.title(), 250));
    body.put("message", text(wording));
    body.put("priority", priority(message));
    body.putArray("tags").add(tag(message));
    return body.toString();
  }

  private static String text(Wording wording) {
    int room = MOST;
    String text = wording.plain(room);
    while (Cut.bytes(text) > MOST) {
      room -= 1 + (Cut.bytes(text) - MOST) / 4;
      text = wording.plain(room);
    }
    return text;
  }

  private static int priority(Message message) {
    if (message.kind() == Message.Kind.RECOVERED || message.kind() == Message.Kind.TEST) {
      return 3;
    }
    return switch (message.problem().severity()) {
      case INFO -> 2;
      case WARNING -> 3;
      case ERROR -> 4;
      case CRITICAL -> 5;
    };
  }

  private static String tag(Message message) {
    return switch (message.kind()) {
      case RECOVERED -> "white_check_mark";
      case TEST -> "mag";
      default -> message.problem().severity() == Severity.INFO ? "information_source" : "warning";
    };
  }
}
