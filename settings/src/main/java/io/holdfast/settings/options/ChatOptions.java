package io.holdfast.settings.options;

import io.holdfast.settings.ChannelSettings;
import io.holdfast.settings.SecretReference;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The services that need an address or a token and little else. */
final class ChatOptions {
  static final String AGAIN = "for each message";

  private static final Type<URI> ADDRESS =
      Types.text(
          "an address such as https://ntfy.example.com; http:// only to this machine itself",
          Pattern.compile(
              "https://[A-Za-z0-9.\\[\\]:-]+/?"
                  + "|http://(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1])(:\\d{1,5})?/?"),
          ChatOptions::address);

  private static final SecretOptions WEBHOOK =
      SecretOptions.to("webhook", "address of the webhook", "webhook", AGAIN);

  static final Section<ChannelSettings.Slack> SLACK =
      webhook("An incoming webhook of Slack.", ChannelSettings.Slack::new);

  static final Section<ChannelSettings.Discord> DISCORD =
      webhook("A webhook of a channel of Discord.", ChannelSettings.Discord::new);

  static final Section<ChannelSettings.Teams> TEAMS =
      webhook(
          "A workflow of Teams that posts to a channel when a webhook request is received.",
          ChannelSettings.Teams::new);

  private static final SecretOptions TOKEN =
      SecretOptions.to("token", "token of the bot", "telegram-token", AGAIN);

  private static final Option<String> CHAT =
      Option.required(
          "chat",
          Types.text(
              "the number of a chat, or the @name of a channel",
              Pattern.compile("-?\\d{1,20}|@[A-Za-z0-9_]{1,64}"),
              chat -> chat),
          "@our_backups",
          "Number of the chat, or @name of a public channel. The bot has to be a member.");

  private static final Option<URI> TELEGRAM_SERVER = server("https://api.telegram.org");

  static final Section<ChannelSettings.Telegram> TELEGRAM =
      Section.checked(
          "A bot of Telegram.",
          with(TOKEN, CHAT, TELEGRAM_SERVER),
          TOKEN::checkOne,
          values ->
              new ChannelSettings.Telegram(
                  values.get(TELEGRAM_SERVER), TOKEN.get(values), values.get(CHAT)));

  private static final SecretOptions ROUTING_KEY =
      SecretOptions.to("routing-key", "integration key of the service", "pagerduty-key", AGAIN);

  private static final Option<URI> PAGERDUTY_SERVER = server("https://events.pagerduty.com");

  static final Section<ChannelSettings.PagerDuty> PAGERDUTY =
      Section.checked(
          "A service of PagerDuty (Events API v2).",
          with(ROUTING_KEY, PAGERDUTY_SERVER),
          ROUTING_KEY::checkOne,
          values ->
              new ChannelSettings.PagerDuty(values.get(PAGERDUTY_SERVER), ROUTING_KEY.get(values)));

  private static final SecretOptions TOPIC =
      SecretOptions.to(
          "topic", "topic; whoever knows it can read what is published there", "ntfy-topic", AGAIN);

  private static final SecretOptions NTFY_TOKEN =
      SecretOptions.to("token", "access token, where the topic needs one", "ntfy-token", AGAIN);

  private static final Option<URI> NTFY_SERVER = server("https://ntfy.sh");

  static final Section<ChannelSettings.Ntfy> NTFY =
      Section.checked(
          "A topic of ntfy.",
          Stream.of(List.<Option<?>>of(NTFY_SERVER), TOPIC.options(), NTFY_TOKEN.options())
              .flatMap(List::stream)
              .toList(),
          ChatOptions::checkNtfy,
          values ->
              new ChannelSettings.Ntfy(
                  values.get(NTFY_SERVER), TOPIC.get(values), NTFY_TOKEN.find(values)));

  private ChatOptions() {}

  private static void checkNtfy(Values values) {
    TOPIC.checkOne(values);
    NTFY_TOKEN.checkAtMostOne(values);
  }

  private static <T> Section<T> webhook(String meaning, Function<SecretReference, T> make) {
    return Section.checked(
        meaning, WEBHOOK.options(), WEBHOOK::checkOne, values -> make.apply(WEBHOOK.get(values)));
  }

  static List<Option<?>> with(SecretOptions secret, Option<?>... others) {
    return Stream.concat(secret.options().stream(), Stream.of(others)).toList();
  }

  /** Of an address that holds no secret itself. */
  static Option<URI> server(String usual) {
    return Option.withDefault(
        "server", ADDRESS, usual, "Address of the service, or of a server of your own.");
  }

  private static URI address(String text) {
    try {
      URI address = URI.create(text.replaceFirst("/$", ""));
      if (address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IllegalArgumentException("expected an address such as https://ntfy.example.com");
  }
}
