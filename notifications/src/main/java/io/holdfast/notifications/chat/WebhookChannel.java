package io.holdfast.notifications.chat;

import io.holdfast.notifications.Channel;
import io.holdfast.notifications.ChannelSpec;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Receipt;
import io.holdfast.notifications.WebhookTemplate;
import io.holdfast.notifications.http.Outgoing;
import io.holdfast.notifications.http.SecretText;
import io.holdfast.notifications.http.Sender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Whatever takes an HTTP request; any status of 200 to 299 says that it has the message. */
public record WebhookChannel(String name, ChannelSpec.Webhook spec, Sender sender)
    implements Channel {
  @Override
  public String kind() {
    return "webhook";
  }

  @Override
  public Receipt send(Message message) {
    WebhookTemplate template = new WebhookTemplate(message);
    String url = SecretText.of(spec.url());
    String body = template.filled(spec.body(), spec.contentType());
    Outgoing request =
        new Outgoing(
            spec.method().name(),
            url,
            Map.of("Content-Type", spec.contentType()),
            body.getBytes(StandardCharsets.UTF_8),
            List.of(url));
    for (Map.Entry<String, String> header : spec.headers().entrySet()) {
      request = request.with(header.getKey(), template.header(header.getValue()));
    }
    if (spec.authorization().isPresent()) {
      String secret = SecretText.of(spec.authorization().get());
      String credentials = secret.substring(secret.indexOf(' ') + 1);
      request = request.with("Authorization", secret).hiding(secret, credentials);
    }
    return Receipt.of(sender.send("the webhook", request).line());
  }
}
