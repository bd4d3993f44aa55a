package io.holdfast.settings.options;

import io.holdfast.settings.ChannelSettings;
import io.holdfast.settings.ChannelSettings.Severity;
import io.holdfast.settings.ChannelSettings.Target;
import io.holdfast.settings.NotificationSettings;
import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** {@code notifications}. */
final class NotificationOptions {
  private static final String ONE = "exactly one kind";

  private static final List<Option<? extends Target>> KINDS =
      List.of(
          kind("email", EmailOptions.SECTION, ""),
          kind("slack", ChatOptions.SLACK, "{webhook-file: /etc/holdfast/slack-webhook}"),
          kind("discord", ChatOptions.DISCORD, ""),
          kind("teams", ChatOptions.TEAMS, ""),
          kind("telegram", ChatOptions.TELEGRAM, ""),
          kind("pagerduty", ChatOptions.PAGERDUTY, ""),
          kind("ntfy", ChatOptions.NTFY, ""),
          kind("webhook", WebhookOptions.SECTION, ""),
          kind("healthchecks", HealthchecksOptions.SECTION, ""));

  private static final Option<List<Severity>> SEVERITIES =
      Option.optional(
          "severities",
          Types.listOf("a list of info, warning, error and critical", Types.word(Severity.class)),
          "all",
          "[error, critical]",
          "What it is told of: info, warning, error, critical.");

  private static final Option<List<String>> CLUSTERS =
      Option.optional(
          "clusters",
          Types.listOf("a list of names or patterns", Types.text("a name or pattern")),
          "all",
          "[main]",
          "Of which clusters: names, or patterns with * and ?. What concerns no cluster alone goes to"
              + " every channel.");

  private static final Option<Path> CA_FILE =
      Option.optional(
          "ca-file",
          Types.path(),
          "whom Java trusts",
          "/etc/holdfast/ca.pem",
          "Certificates (PEM) to trust in place of the usual ones: for a server of your own, or behind a proxy that looks into what is encrypted.");

  private static final Section<Function<String, ChannelSettings>> CHANNEL =
      Section.checked(
          "",
          Stream.concat(KINDS.stream(), Stream.of(SEVERITIES, CLUSTERS, CA_FILE)).toList(),
          NotificationOptions::check,
          NotificationOptions::make);

  static final Option<Map<String, ChannelSettings>> CHANNELS =
      Option.optional(
          "channels",
          new Named<>(
              "channels by name",
              ChosenName.FORM,
              text -> ChosenName.of("a channel", text),
              CHANNEL),
          "none: nobody is told",
          "ops",
          "The ways to people, each under a name of your choice: exactly one kind each."
              + " docs/notifications.md says for each what to make there. 'holdfast notify test'"
              + " tries them.");

  private static final Option<Duration> REMINDER =
      Option.withDefault(
          "reminder",
          Types.duration(Duration.ZERO, Duration.ofDays(30)),
          "1d",
          "How long after the last word on something that nobody has mended it is said again; 0s for"
              + " never.");

  private static final Section<NotificationSettings> SECTION =
      Section.of(
          "Who is told when something is wrong: once, again after a while, and when it is over.",
          List.of(REMINDER, CHANNELS),
          values ->
              new NotificationSettings(
                  values.get(REMINDER),
                  List.copyOf(values.find(CHANNELS).orElse(Map.of()).values())));

  static final Option<NotificationSettings> NOTIFICATIONS =
      Option.section("notifications", SECTION);

  private NotificationOptions() {}

  private static <T extends Target> Option<T> kind(
      String name, Section<T> section, String example) {
    return Option.optional(name, section, ONE, example, section.meaning());
  }

  private static void check(Values values) {
    List<String> given = KINDS.stream().filter(values::isGiven).<String>map(Option::name).toList();
    if (given.size() != 1) {
      values.fault(
          "expected exactly one of "
              + String.join(", ", KINDS.stream().<String>map(Option::name).toList())
              + "; found "
              + (given.isEmpty() ? "none" : String.join(", ", given)));
    }
    if (given.equals(List.of("healthchecks")) && values.isGiven(SEVERITIES)) {
      values.fault(SEVERITIES, "expected none: healthchecks are pinged whatever happens");
    }
    values
        .declared("clusters")
        .ifPresent(declared -> ClusterPatterns.check(values, CLUSTERS, declared));
  }

  private static Function<String, ChannelSettings> make(Values values) {
    Target target =
        KINDS.stream()
            .flatMap(kind -> values.find(kind).stream())
            .map(Target.class::cast)
            .findFirst()
            .orElseThrow();
    return name ->
        new ChannelSettings(
            name,
            target,
            values.find(SEVERITIES).orElse(List.of()),
            values.find(CLUSTERS).orElse(List.of()),
            values.find(CA_FILE));
  }
}
