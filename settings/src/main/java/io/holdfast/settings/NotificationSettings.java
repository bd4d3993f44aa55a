package io.holdfast.settings;

import java.time.Duration;
import java.util.List;

/**
 * Who is told when something is wrong.
 *
 * @param reminder how long after the last word on something there is another one; zero for never
 * @param channels in the order of the file
 */
public record NotificationSettings(Duration reminder, List<ChannelSettings> channels) {
  public NotificationSettings {
    channels = List.copyOf(channels);
  }
}
