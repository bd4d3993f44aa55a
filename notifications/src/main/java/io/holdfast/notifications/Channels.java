package io.holdfast.notifications;

import io.holdfast.notifications.chat.DiscordChannel;
import io.holdfast.notifications.chat.NtfyChannel;
import io.holdfast.notifications.chat.PagerDutyChannel;
import io.holdfast.notifications.chat.SlackChannel;
import io.holdfast.notifications.chat.TeamsChannel;
import io.holdfast.notifications.chat.TelegramChannel;
import io.holdfast.notifications.chat.WebhookChannel;
import io.holdfast.notifications.http.Sender;
import io.holdfast.notifications.mail.MailChannel;
import io.holdfast.notifications.ping.CheckPing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Opens channels, which share connections, and closes those. Sends nothing by itself. */
public final class Channels implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final InstantSource clock;
  private final Duration patience;
  private final Map<Optional<Path>, Sender> senders = new HashMap<>();

  public Channels(InstantSource clock) {
    this(clock, PATIENCE);
  }

  Channels(InstantSource clock, Duration patience) {
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * Reads no secret and connects to nothing.
   *
   * @param authority certificates (PEM) to trust in place of those that Java trusts
   * @throws io.holdfast.vocabulary.HoldfastException (usage) if there are none in that file
   */
  public Channel open(String name, ChannelSpec spec, Optional<Path> authority) {
    return switch (spec) {
      case ChannelSpec.Email email -> new MailChannel(name, email, authority, patience);
      case ChannelSpec.Slack slack -> new SlackChannel(name, slack, sender(authority));
      case ChannelSpec.Discord discord -> new DiscordChannel(name, discord, sender(authority));
      case ChannelSpec.Teams teams -> new TeamsChannel(name, teams, sender(authority));
      case ChannelSpec.Telegram telegram -> new TelegramChannel(name, telegram, sender(authority));
      case ChannelSpec.PagerDuty pager -> new PagerDutyChannel(name, pager, sender(authority));
      case ChannelSpec.Ntfy ntfy -> new NtfyChannel(name, ntfy, sender(authority));
      case ChannelSpec.Webhook webhook -> new WebhookChannel(name, webhook, sender(authority));
    };
  }

  /** As above, of a watcher outside. */
  public PingTarget open(String name, PingSpec spec, Optional<Path> authority) {
    return new CheckPing(name, spec, sender(authority));
  }

  private synchronized Sender sender(Optional<Path> authority) {
    return senders.computeIfAbsent(authority, each -> new Sender(each, clock, patience));
  }

  @Override
  public synchronized void close() {
    senders.values().forEach(Sender::close);
  }
}
