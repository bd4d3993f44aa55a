package io.holdfast.notifications.chat;

import io.holdfast.notifications.Channel;
import io.holdfast.notifications.ChannelSpec;
import io.holdfast.notifications.Cut;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Problem;
import io.holdfast.notifications.Receipt;
import io.holdfast.notifications.Wording;
import io.holdfast.notifications.http.Outgoing;
import io.holdfast.notifications.http.SecretText;
import io.holdfast.notifications.http.Sender;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events API v2: an incident is triggered and resolved under the same key, so that PagerDuty holds
 * one where we hold one. A test is triggered with the lowest severity and resolved at once.
 */
public record PagerDutyChannel(String name, ChannelSpec.PagerDuty spec, Sender sender)
    implements Channel {
  private static final int SUMMARY = 1024;

  @Override
  public String kind() {
    return "pagerduty";
  }

  @Override
  public Receipt send(Message message) {
    String action = message.kind() == Message.Kind.RECOVERED ? "resolve" : "trigger";
    Receipt receipt = event(message, action);
    return message.kind() == Message.Kind.TEST ? event(message, "resolve") : receipt;
  }

  private Receipt event(Message message, String action) {
    String key = SecretText.of(spec.routingKey());
    Outgoing request =
        Outgoing.post(spec.server() + "/v2/enqueue", "application/json", body(message, action, key))
            .hiding(key);
    return Receipt.of(sender.send("PagerDuty", request).line());
  }

  private static String body(Message message, String action, String key) {
    ObjectNode body = Json.object();
    body.put("routing_key", key);
    body.put("event_action", action);
    body.put("dedup_key", message.dedupKey());
    if (action.equals("trigger")) {
      payload(body.putObject("payload"), message);
    }
    return body.toString();
  }

  private static void payload(ObjectNode payload, Message message) {
    Problem problem = message.problem();
    Wording wording = new Wording(message);
    payload.put("summary", Cut.line(wording.title(), SUMMARY));
    payload.put("source", Cut.line(message.origin(), 255));
    payload.put("severity", problem.severity().word());
    payload.put("timestamp", message.at().toString());
    payload.put("component", problem.cluster());
    payload.put("class", problem.key());
    ObjectNode details = payload.putObject("custom_details");
    details.put("text", String.join("\n", wording.lines()));
    if (!problem.logTail().isBlank()) {
      details.put("log", problem.logTail());
    }
  }
}
