package io.holdfast.cli.wiring;

import io.holdfast.notifications.Channel;
import io.holdfast.notifications.ChannelSpec;
import io.holdfast.notifications.Channels;
import io.holdfast.notifications.Notifier;
import io.holdfast.notifications.PingRoute;
import io.holdfast.notifications.PingSpec;
import io.holdfast.notifications.Pings;
import io.holdfast.notifications.Rhythm;
import io.holdfast.notifications.Route;
import io.holdfast.notifications.SecretSource;
import io.holdfast.notifications.Severity;
import io.holdfast.operations.incidents.StoredIncidents;
import io.holdfast.repository.Repository;
import io.holdfast.settings.ChannelSettings;
import io.holdfast.settings.ChannelSettings.Check;
import io.holdfast.settings.ChannelSettings.Healthchecks;
import io.holdfast.settings.ScheduleSettings;
import io.holdfast.settings.SecretReference;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The ways to people that the configuration declares. Closing it closes their connections. */
public final class Announcements implements AutoCloseable {
  private static final Duration LEASE_PATIENCE = Duration.ofSeconds(20);

  private final Settings settings;
  private final InstantSource clock;
  private final Channels open;

  public Announcements(Settings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.open = new Channels(clock);
  }

  /** What is told of incidents, and of which. */
  public List<Route> routes() {
    return settings.notifications().channels().stream()
        .filter(channel -> !(channel.target() instanceof Healthchecks))
        .map(channel -> new Route(channel(channel), severities(channel), clusters(channel)))
        .toList();
  }

  /** What is pinged when work begins and ends, and for which work. */
  public List<PingRoute> pingRoutes() {
    return settings.notifications().channels().stream()
        .flatMap(channel ->
            channel.target() instanceof Healthchecks checks
                ? Optional.of(ping(channel, checks)).stream()
                : Optional.<PingRoute>empty().stream())
        .toList();
  }

  /** Not started; the caller closes it before this. */
  public Notifier notifier(Repository repository) {
    return new Notifier(
        HostName.ofThisMachine(),
        repository.id().toString(),
        routes(),
        Rhythm.USUAL.remindingAfter(settings.notifications().reminder()),
        incidents(settings, repository),
        clock);
  }

  /** Where it is noted what was told. */
  public static StoredIncidents incidents(Settings settings, Repository repository) {
    Optional<String> home =
        settings.clusters().keySet().stream().findFirst().map(ClusterName::text);
    return new StoredIncidents(repository::cluster, home, LEASE_PATIENCE);
  }

  /** Not started; the caller closes it before this. */
  public Pings pings() {
    return new Pings(pingRoutes(), clock);
  }

  private Channel channel(ChannelSettings channel) {
    return open.open(channel.name(), spec(channel.target()), channel.caFile());
  }

  private PingRoute ping(ChannelSettings channel, Healthchecks checks) {
    PingSpec spec =
        switch (checks.check()) {
          case Check.One(SecretReference url) -> new PingSpec(secret(url), Optional.empty(), false);
          case Check.Each each ->
              new PingSpec(
                  () -> below(each.server().toString(), each.pingKey()),
                  Optional.of(each.slug()),
                  each.create());
        };
    return new PingRoute(
        open.open(channel.name(), spec, channel.caFile()),
        clusters(channel),
        Set.copyOf(checks.schedules()));
  }

  private static Secret below(String server, SecretReference key) {
    try (Secret secret = Secrets.read(key)) {
      byte[] bytes = secret.bytes();
      byte[] address =
          (server + "/" + new String(bytes, StandardCharsets.UTF_8).strip())
              .getBytes(StandardCharsets.UTF_8);
      Arrays.fill(bytes, (byte) 0);
      return Secret.copyOf(address);
    }
  }

  private static SecretSource secret(SecretReference reference) {
    return () -> Secrets.read(reference);
  }

  private static ChannelSpec spec(ChannelSettings.Target target) {
    return switch (target) {
      case ChannelSettings.Email email -> email(email);
      case ChannelSettings.Slack slack -> new ChannelSpec.Slack(secret(slack.url()));
      case ChannelSettings.Discord discord -> new ChannelSpec.Discord(secret(discord.url()));
      case ChannelSettings.Teams teams -> new ChannelSpec.Teams(secret(teams.url()));
      case ChannelSettings.Telegram telegram ->
          new ChannelSpec.Telegram(telegram.server(), secret(telegram.token()), telegram.chat());
      case ChannelSettings.PagerDuty pager ->
          new ChannelSpec.PagerDuty(pager.server(), secret(pager.routingKey()));
      case ChannelSettings.Ntfy ntfy ->
          new ChannelSpec.Ntfy(
              ntfy.server(), secret(ntfy.topic()), ntfy.token().map(Announcements::secret));
      case ChannelSettings.Webhook webhook -> webhook(webhook);
      case Healthchecks checks ->
          throw new IllegalArgumentException("a watcher is not told of incidents");
    };
  }

  private static ChannelSpec email(ChannelSettings.Email email) {
    Optional<ChannelSpec.Email.Login> login =
        email
            .user()
            .map(user -> new ChannelSpec.Email.Login(user, secret(email.password().orElseThrow())));
    return new ChannelSpec.Email(
        email.host(),
        email.port(),
        ChannelSpec.Email.Security.valueOf(email.security().name()),
        login,
        email.from(),
        email.to());
  }

  private static ChannelSpec webhook(ChannelSettings.Webhook webhook) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String header : webhook.headers()) {
      int colon = header.indexOf(':');
      headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    return new ChannelSpec.Webhook(
        secret(webhook.url()),
        ChannelSpec.Webhook.Method.valueOf(webhook.method().name()),
        webhook.contentType(),
        headers,
        webhook.authorization().map(Announcements::secret),
        webhook.body());
  }

  private static Set<Severity> severities(ChannelSettings channel) {
    return channel.severities().stream()
        .map(severity -> Severity.valueOf(severity.name()))
        .collect(Collectors.toSet());
  }

  /** Patterns become the names that they mean. */
  private Set<String> clusters(ChannelSettings channel) {
    return settings.clusters().keySet().stream()
        .map(ClusterName::text)
        .filter(
            name -> channel.clusters().stream().anyMatch(each -> ScheduleSettings.fits(each, name)))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    open.close();
  }
}
