package io.holdfast.settings.options;

import io.holdfast.settings.ChannelSettings.Webhook;
import io.holdfast.settings.ChannelSettings.Webhook.Method;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code notifications.channels.<name>.webhook}. */
public final class WebhookOptions {
  /** What may stand between double braces. */
  public static final List<String> PLACEHOLDERS =
      List.of(
          "kind",
          "severity",
          "cluster",
          "key",
          "title",
          "text",
          "hint",
          "run",
          "log",
          "origin",
          "since",
          "at",
          "id",
          "summary");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}]*)}}");

  private static final SecretOptions URL =
      SecretOptions.to("url", "address", "webhook-url", ChatOptions.AGAIN);

  private static final SecretOptions AUTHORIZATION =
      SecretOptions.to(
          "authorization",
          "value of the header Authorization, such as Bearer and a token",
          "webhook-authorization",
          ChatOptions.AGAIN);

  private static final Option<Method> METHOD =
      Option.withDefault("method", Types.word(Method.class), "post", "How it is sent.");

  private static final Option<String> CONTENT_TYPE =
      Option.withDefault(
          "content-type",
          Types.text(
              "a media type", Pattern.compile("[a-zA-Z0-9.+-]+/[a-zA-Z0-9.+-]+"), type -> type),
          "application/json",
          "Of the body. It says how values in it are escaped: JSON, forms and XML by their rules, all"
              + " else not at all.");

  private static final Option<List<String>> HEADERS =
      Option.optional(
          "headers",
          Types.listOf(
              "a list of headers",
              Types.text(
                  "a header such as X-Team: dba, other than those of the request itself",
                  Pattern.compile(
                      "(?i)(?!(content-length|content-type|host|connection|expect|upgrade"
                          + "|authorization):)[A-Za-z0-9-]{1,100}: ?[\\x20-\\x7e]*"),
                  WebhookOptions::template)),
          "none",
          "[X-Team: dba]",
          "Further headers, each in quotes; placeholders may stand in them. No secrets.");

  private static final Option<String> BODY =
      Option.withDefault(
          "body",
          Types.text("a text", Pattern.compile(".+", Pattern.DOTALL), WebhookOptions::template),
          "'{\"text\": \"{{summary}}\\n{{text}}\\n{{hint}}\"}'",
          "What is sent. In double braces: "
              + String.join(", ", PLACEHOLDERS)
              + ". docs/notifications.md says what each stands for.");

  static final Section<Webhook> SECTION =
      Section.checked(
          "Whatever takes HTTP requests.",
          Stream.of(
                  URL.options(),
                  List.<Option<?>>of(METHOD, CONTENT_TYPE, HEADERS),
                  AUTHORIZATION.options(),
                  List.<Option<?>>of(BODY))
              .flatMap(List::stream)
              .toList(),
          WebhookOptions::check,
          WebhookOptions::make);

  private WebhookOptions() {}

  private static String template(String text) {
    Matcher found = PLACEHOLDER.matcher(text);
    while (found.find()) {
      String name = found.group(1).strip();
      if (!PLACEHOLDERS.contains(name)) {
        throw new IllegalArgumentException(
            "expected one of "
                + String.join(", ", PLACEHOLDERS)
                + " between double braces; found another name");
      }
    }
    return text;
  }

  private static void check(Values values) {
    URL.checkOne(values);
    AUTHORIZATION.checkAtMostOne(values);
  }

  private static Webhook make(Values values) {
    return new Webhook(
        URL.get(values),
        values.get(METHOD),
        values.get(CONTENT_TYPE),
        values.find(HEADERS).orElse(List.of()),
        AUTHORIZATION.find(values),
        values.get(BODY));
  }
}
