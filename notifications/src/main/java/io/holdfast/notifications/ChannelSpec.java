package io.holdfast.notifications;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has to be known of a channel to open it: exactly one record for each kind. */
public sealed interface ChannelSpec {
  /**
   * Mail by SMTP.
   *
   * @param login empty for a server that wants none
   */
  record Email(
      String host, int port, Security security, Optional<Login> login, String from, List<String> to)
      implements ChannelSpec {
    public Email {
      to = List.copyOf(to);
    }

    /** How the way to the server is kept from others' eyes. */
    public enum Security {
      /** Begins in clear and goes on only encrypted. */
      STARTTLS,
      /** Encrypted from the first byte. */
      TLS,
      NONE
    }

    public record Login(String user, SecretSource password) {}
  }

  /** An incoming webhook of Slack. */
  record Slack(SecretSource url) implements ChannelSpec {}

  /** A webhook of Discord. */
  record Discord(SecretSource url) implements ChannelSpec {}

  /** A workflow of Teams that posts cards it is sent. */
  record Teams(SecretSource url) implements ChannelSpec {}

  /**
   * A bot of Telegram.
   *
   * @param server {@code https://api.telegram.org}
   */
  record Telegram(URI server, SecretSource token, String chat) implements ChannelSpec {}

  /**
   * Events API v2 of PagerDuty.
   *
   * @param server {@code https://events.pagerduty.com}
   */
  record PagerDuty(URI server, SecretSource routingKey) implements ChannelSpec {}

  /**
   * @param server {@code https://ntfy.sh} or one's own
   * @param token empty where everybody may publish
   */
  record Ntfy(URI server, SecretSource topic, Optional<SecretSource> token)
      implements ChannelSpec {}

  /**
   * Whatever takes HTTP requests.
   *
   * @param headers may hold placeholders, as the body
   * @param authorization the value of that header; a secret
   * @param body with placeholders such as <code>{{title}}</code>; see {@link Template}
   */
  record Webhook(
      SecretSource url,
      Method method,
      String contentType,
      Map<String, String> headers,
      Optional<SecretSource> authorization,
      String body)
      implements ChannelSpec {
    public Webhook {
      headers = Map.copyOf(headers);
    }

    public enum Method {
      POST,
      PUT
    }
  }
}
