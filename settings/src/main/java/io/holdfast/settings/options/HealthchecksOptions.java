package io.holdfast.settings.options;

import io.holdfast.settings.ChannelSettings.Check;
import io.holdfast.settings.ChannelSettings.Healthchecks;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code notifications.channels.<name>.healthchecks}. */
final class HealthchecksOptions {
  private static final SecretOptions URL =
      SecretOptions.to("url", "address of one check", "check-url", "for each ping");

  private static final SecretOptions PING_KEY =
      SecretOptions.to("ping-key", "ping key of a project", "ping-key", "for each ping");

  private static final Option<URI> SERVER = ChatOptions.server("https://hc-ping.com");

  private static final Option<String> SLUG =
      Option.withDefault(
          "slug",
          Types.text(
              "a name such as holdfast-{{cluster}}-{{schedule}}",
              Pattern.compile("([a-z0-9_-]|\\{\\{(cluster|schedule)}}){1,200}"),
              slug -> slug),
          "holdfast-{{cluster}}-{{schedule}}",
          "With a ping key: the name of the check for each piece of work.");

  private static final Option<Boolean> CREATE =
      Option.withDefault(
          "create", Types.flag(), "false", "Whether checks that do not exist are made there.");

  private static final Option<List<String>> SCHEDULES =
      Option.optional(
          "schedules",
          Types.listOf(
              "a list of names of schedules",
              Types.text("a name of a schedule", Pattern.compile(ChosenName.FORM), name -> name)),
          "all",
          "[nightly]",
          "For which schedules it is pinged.");

  static final Section<Healthchecks> SECTION =
      Section.checked(
          "A watcher in the manner of healthchecks.io: it is pinged when scheduled work begins and how"
              + " it ended, and calls somebody when pings stay away. Either one address, or a ping"
              + " key and a name for each piece of work.",
          Stream.of(
                  URL.options(),
                  PING_KEY.options(),
                  List.<Option<?>>of(SERVER, SLUG, CREATE, SCHEDULES))
              .flatMap(List::stream)
              .toList(),
          HealthchecksOptions::check,
          HealthchecksOptions::make);

  private HealthchecksOptions() {}

  private static void check(Values values) {
    int given = URL.given(values).size() + PING_KEY.given(values).size();
    if (given != 1) {
      values.fault(
          "expected exactly one of "
              + String.join(", ", URL.names())
              + ", "
              + String.join(", ", PING_KEY.names())
              + "; found "
              + (given == 0 ? "none" : Integer.toString(given)));
    }
    for (Option<?> option : List.of(SLUG, CREATE, SERVER)) {
      if (values.isGiven(option) && !URL.given(values).isEmpty()) {
        values.fault(option, "expected with a ping key only, found with the address of one check");
      }
    }
    values.declared("schedules").ifPresent(declared -> checkSchedules(values, declared));
  }

  /** One that is not there would never be pinged for, and nobody would know. */
  private static void checkSchedules(Values values, Set<String> declared) {
    for (String name : values.find(SCHEDULES).orElse(List.of())) {
      if (!declared.contains(name)) {
        values.fault(SCHEDULES, name, "expected a declared schedule, found '" + name + "'");
      }
    }
  }

  private static Healthchecks make(Values values) {
    Check check =
        URL.find(values)
            .<Check>map(Check.One::new)
            .orElseGet(() ->
                new Check.Each(
                    values.get(SERVER),
                    PING_KEY.get(values),
                    values.get(SLUG),
                    values.get(CREATE)));
    return new Healthchecks(check, values.find(SCHEDULES).orElse(List.of()));
  }
}
