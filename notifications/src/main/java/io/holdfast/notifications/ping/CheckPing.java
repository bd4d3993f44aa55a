package io.holdfast.notifications.ping;

import io.holdfast.notifications.Cut;
import io.holdfast.notifications.DeliveryException;
import io.holdfast.notifications.Ping;
import io.holdfast.notifications.PingSpec;
import io.holdfast.notifications.PingTarget;
import io.holdfast.notifications.Receipt;
import io.holdfast.notifications.http.Answer;
import io.holdfast.notifications.http.Outgoing;
import io.holdfast.notifications.http.SecretText;
import io.holdfast.notifications.http.Sender;
import java.time.Duration;
import java.util.Locale;

/**
 * Pings in the manner of healthchecks.io: {@code /start}, nothing, {@code /(exit status)} and
 * {@code /log} behind the address, the log in the body, of which it keeps 100 kB. It answers 200
 * also when it ignores a ping, and says so in words.
 */
public record CheckPing(String name, PingSpec spec, Sender sender) implements PingTarget {
  private static final int MOST = 90_000;

  @Override
  public Receipt send(Ping ping) {
    String address = SecretText.of(spec.address()).replaceFirst("/+$", "");
    Outgoing request =
        Outgoing.post(
                whole(address, ping), "text/plain; charset=utf-8", Cut.start(ping.logTail(), MOST))
            .hiding(address);
    Answer answer = sender.send("the watcher '" + name + "'", request);
    String said = answer.text().strip().toLowerCase(Locale.ROOT);
    if (said.contains("not found")) {
      throw DeliveryException.hopeless(
          "could not ping '" + name + "': expected a check there, found none: " + answer.line(),
          "Make one there, or look at the address.");
    }
    if (said.contains("rate limited")) {
      throw DeliveryException.busy(
          "could not ping '" + name + "': it was pinged too often: " + answer.line(),
          Duration.ofMinutes(1));
    }
    return Receipt.of(answer.line());
  }

  private String whole(String address, Ping ping) {
    String check = address + spec.slug().map(slug -> "/" + slug(slug, ping)).orElse("");
    String end =
        switch (ping.signal()) {
          case START -> "/start";
          case SUCCESS -> "";
          // 0 would mean success.
          case FAILURE -> "/" + Math.clamp(ping.exit(), 1, 255);
          case TEST -> "/log";
        };
    String create = spec.create() && spec.slug().isPresent() ? "&create=1" : "";
    return check + end + "?rid=" + ping.run() + create;
  }

  /** Only what a slug may hold. */
  static String slug(String template, Ping ping) {
    return template
        .replace("{{cluster}}", ping.cluster())
        .replace("{{schedule}}", ping.schedule())
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9_-]+", "-")
        .replaceAll("-{2,}", "-")
        .replaceAll("^-|-$", "");
  }
}
