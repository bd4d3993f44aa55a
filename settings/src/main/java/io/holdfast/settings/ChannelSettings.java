package io.holdfast.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One way to people, or to a watcher outside.
 *
 * @param severities empty for all
 * @param clusters names and patterns; empty for all
 * @param caFile certificates to trust in place of those that Java trusts
 */
public record ChannelSettings(
    String name,
    Target target,
    List<Severity> severities,
    List<String> clusters,
    Optional<Path> caFile) {
  public ChannelSettings {
    severities = List.copyOf(severities);
    clusters = List.copyOf(clusters);
  }

  /** How bad something is. */
  public enum Severity {
    INFO,
    WARNING,
    ERROR,
    CRITICAL
  }

  /** What is at the other end: exactly one record for each kind. */
  public sealed interface Target {}

  /**
   * @param password there is one exactly if there is a user
   */
  public record Email(
      String host,
      int port,
      Security security,
      Optional<String> user,
      Optional<SecretReference> password,
      String from,
      List<String> to)
      implements Target {
    public Email {
      to = List.copyOf(to);
    }

    /** How the way to the server is kept from others' eyes. */
    public enum Security {
      STARTTLS,
      TLS,
      NONE
    }
  }

  public record Slack(SecretReference url) implements Target {}

  public record Discord(SecretReference url) implements Target {}

  public record Teams(SecretReference url) implements Target {}

  public record Telegram(URI server, SecretReference token, String chat) implements Target {}

  public record PagerDuty(URI server, SecretReference routingKey) implements Target {}

  public record Ntfy(URI server, SecretReference topic, Optional<SecretReference> token)
      implements Target {}

  /**
   * @param headers "Name: value"
   */
  public record Webhook(
      SecretReference url,
      Method method,
      String contentType,
      List<String> headers,
      Optional<SecretReference> authorization,
      String body)
      implements Target {
    public Webhook {
      headers = List.copyOf(headers);
    }

    /** What there is of HTTP. */
    public enum Method {
      POST,
      PUT
    }
  }

  /**
   * A watcher that is pinged when scheduled work begins and ends; it is told of no incidents.
   *
   * @param schedules empty for all
   */
  public record Healthchecks(Check check, List<String> schedules) implements Target {
    public Healthchecks {
      schedules = List.copyOf(schedules);
    }
  }

  /** What is pinged there. */
  public sealed interface Check {
    /** The same for all work. */
    record One(SecretReference url) implements Check {}

    /** One for each kind of work, below the ping key of a project. */
    record Each(URI server, SecretReference pingKey, String slug, boolean create)
        implements Check {}
  }
}
