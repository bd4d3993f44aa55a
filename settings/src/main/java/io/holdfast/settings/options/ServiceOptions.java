package io.holdfast.settings.options;

import io.holdfast.settings.ServiceSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Types;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** {@code service}. */
final class ServiceOptions {
  private static final Option<Integer> JOBS =
      Option.withDefault(
          "jobs",
          Types.number(1, 64),
          "2",
          "How many scheduled jobs run at once on one machine; each is a process of its own with at"
              + " most 256 MiB. Of one cluster at most one backs up, prunes or syncs at a time.");

  static final Type<InetSocketAddress> LISTENING =
      Types.text(
          "an address and a port such as 127.0.0.1:9854",
          Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9.-]+):[0-9]{1,5}"),
          ServiceOptions::address);

  private static final Option<String> CONNECTION =
      Option.required(
          "connection",
          ConnectionText.TYPE,
          "host=jobs.example.com dbname=holdfast user=holdfast",
          "A PostgreSQL database that all nodes reach, in a server that is not backed up here. A"
              + " table is made in it; what it holds can be lost at any time. Passwords as with"
              + " clusters.");

  private static final Option<ServiceSettings.Nodes> NODES =
      Option.optional(
          "nodes",
          Section.of(
              "How several nodes share work. docs/high-availability.md tells more.",
              List.of(CONNECTION),
              values -> new ServiceSettings.Nodes(values.get(CONNECTION))),
          "nodes share through the repository alone",
          "",
          "Lets many nodes share work through a database.");

  private static final Option<InetSocketAddress> LISTEN =
      Option.required(
          "listen",
          LISTENING,
          "127.0.0.1:9854",
          "Where Prometheus is answered: /metrics, and /livez and /readyz. Whoever gets there sees"
              + " names, sizes and ages, and can change nothing.");

  private static final Option<Duration> EVERY =
      Option.withDefault(
          "every",
          Types.duration(Duration.ofSeconds(10), Duration.ofDays(1)),
          "5m",
          "How often repository and servers are looked at. Scrapes are answered from the last look.");

  private static final Option<ServiceSettings.Metrics> METRICS =
      Option.optional(
          "metrics",
          Section.of(
              "What Prometheus is told. docs/metrics.md lists it.",
              List.of(LISTEN, EVERY),
              values -> new ServiceSettings.Metrics(values.get(LISTEN), values.get(EVERY))),
          "nobody is answered",
          "",
          "Answers Prometheus.");

  static final Option<ServiceSettings> SERVICE =
      Option.section(
          "service",
          Section.of(
              "How 'holdfast serve' works.",
              List.of(JOBS, NODES, METRICS, ApiOptions.API),
              values ->
                  new ServiceSettings(
                      values.get(JOBS),
                      values.find(NODES),
                      values.find(METRICS),
                      values.find(ApiOptions.API))));

  private ServiceOptions() {}

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port > 65_535) {
      throw new IllegalArgumentException("expected a port up to 65535, found " + port);
    }
    return new InetSocketAddress(text.substring(0, colon).replaceAll("[\\[\\]]", ""), port);
  }
}
