package io.holdfast.notifications;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * A text with placeholders such as <code>{{title}}</code>. Their values come from logs and servers
 * and could hold anything, so each is escaped for the kind of text it goes into.
 */
public final class WebhookTemplate {
  /** What may stand in one. */
  public static final Set<String> PLACEHOLDERS =
      Set.of(
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

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{ *([a-z]+) *}}");

  private final Map<String, Supplier<String>> values = new LinkedHashMap<>();

  public WebhookTemplate(Message message) {
    Problem problem = message.problem();
    Wording wording = new Wording(message);
    values.put("kind", () -> message.kind().name().toLowerCase(java.util.Locale.ROOT));
    values.put("severity", () -> problem.severity().word());
    values.put("cluster", problem::cluster);
    values.put("key", problem::key);
    values.put("title", problem::title);
    values.put("text", problem::text);
    values.put("hint", problem::hint);
    values.put("run", problem::run);
    values.put("log", problem::logTail);
    values.put("origin", message::origin);
    values.put("since", () -> message.since().toString());
    values.put("at", () -> message.at().toString());
    values.put("id", message::dedupKey);
    values.put("summary", wording::title);
  }

  /** Filled for a body of that type; what is no placeholder stays as it is. */
  public String filled(String template, String contentType) {
    return filled(template, escape(contentType));
  }

  /** Filled for the value of a header: one line of plain characters. */
  public String header(String template) {
    return filled(template, WebhookTemplate::plainLine);
  }

  private String filled(String template, UnaryOperator<String> escape) {
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(found -> {
          Supplier<String> value = values.get(found.group(1));
          String text = value == null ? found.group() : escape.apply(value.get());
          return Matcher.quoteReplacement(text);
        });
  }

  private static UnaryOperator<String> escape(String contentType) {
    String type = contentType.replaceAll(";.*", "").strip().toLowerCase(java.util.Locale.ROOT);
    if (type.equals("application/json") || type.endsWith("+json")) {
      return text -> new String(JsonStringEncoder.getInstance().quoteAsCharArray(text));
    }
    if (type.equals("application/x-www-form-urlencoded")) {
      return text -> URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
    if (type.endsWith("/xml") || type.endsWith("+xml") || type.equals("text/html")) {
      return WebhookTemplate::markup;
    }
    return UnaryOperator.identity();
  }

  private static String markup(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String plainLine(String text) {
    return Cut.line(text, 500).replaceAll("[^\\x20-\\x7e]", "?");
  }
}
